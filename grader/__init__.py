"""Topics, checks and grading: from a learner's file to a report."""
