"""Diagnoses that are seen at once: what was observed leaves no other explanation."""

CHANGED_IN_PLACE = (
    "An operation in place wrote into the caller's tensor: `-=`, `/=`, an index on the left of "
    "`=`, or a method that ends in an underscore. Its input may be a view of the argument."
)

TOO_DEEP = (
    "There are {} weight matrices with a nonlinearity between: a softmax model has one layer."
)

NO_BIAS = "The layer has no bias: `nn.Linear(4, 3)` has one unless told otherwise."
