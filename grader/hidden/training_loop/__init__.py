"""The staff's side of the assignment `training_loop`: its hidden checks, and what they need."""
