"""Topic 5's labs, one a module."""
