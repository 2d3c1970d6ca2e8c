"""One thin page a topic, named as the topic's module, and the home page."""
