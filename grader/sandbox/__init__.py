"""Runs an untrusted submission in a locked-in worker; only plain values come back.

`client` is the trusted side and the only module that the rest of the grader needs.
"""
