"""The sandbox: a Streamlit app in which sliders train networks and the learner's own code draws."""
