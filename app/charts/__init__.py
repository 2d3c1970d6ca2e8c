"""Results as charts: pure functions from a lab's result to a `Figure`."""
