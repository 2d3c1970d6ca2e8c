"""The verbs of the `hyperlings` command, one module a kind of user."""
