"""The staff's side of the assignment `cross_entropy`: its hidden checks, and what they need."""
