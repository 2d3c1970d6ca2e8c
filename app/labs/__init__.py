"""What the pages show, computed: pure functions from settings to frozen results, no Streamlit."""
