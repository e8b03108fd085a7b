"""The staff's side of the assignment `mnist`: its hidden checks, and what they need."""
