"""The staff's side of the assignment `softmax`: its hidden checks, and what they need."""
