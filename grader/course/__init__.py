"""What is to be graded, as validated values: assignments, the roster, submissions."""
