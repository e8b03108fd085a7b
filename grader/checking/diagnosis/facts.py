"""Diagnoses that are seen at once: what was observed leaves no other explanation."""

CHANGED_IN_PLACE = (
    "An operation in place wrote into the caller's tensor: `-=`, `/=`, an index on the left of "
    "`=`, or a method that ends in an underscore. Its input may be a view of the argument."
)
