"""An auto-grader for PyTorch assignments, for groups."""
