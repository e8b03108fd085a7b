"""The staff's side of the assignment `iris`: its hidden checks, and what they need."""
