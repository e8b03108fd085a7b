"""Diagnoses that are seen at once: what was observed leaves no other explanation."""

CHANGED_IN_PLACE = (
    "An operation in place wrote into the caller's tensor: `-=`, `/=`, an index on the left of "
    "`=`, or a method that ends in an underscore. Its input may be a view of the argument."
)

TOO_DEEP = (
    "There are {} weight matrices with a nonlinearity between: a softmax model has one layer."
)

ROW_SQUEEZED = (
    "A batch of one row loses its batch axis: `squeeze()` is one word too many in forward."
)

OTHER_IN_EVALUATION = (
    "forward does something else after `.eval()` than in training; there is one formula for both."
)

OTHER_EACH_TIME = (
    "The same input gives another answer the second time: nothing may be drawn at random, as "
    "dropout does, or be kept from an earlier call."
)

WORKED_IN_FLOAT32 = (
    "The values have no more digits than float32: on the way from float64 something is float32, "
    "such as `.float()` or a new tensor without `dtype`."
)

CUT_OFF_FROM_WEIGHTS = (
    "The output is cut off from the layer's weights (no_grad, detach, .data, numpy or a new "
    "torch.tensor): nothing can be trained through it."
)

NO_BIAS = "The layer has no bias: nn.Linear has one unless told otherwise."

OTHER_WEIGHTS = "A softmax model has one weight of {} numbers; this one holds {}."

UNITS_ALIKE = (
    "All units of {} have the same weights: they began alike, in zeros for instance, so they stay "
    "alike. Leave the random start of nn.Linear as it is."
)

NO_HIDDEN_LAYER = "There is one linear layer: a deeper network has others before it."

NO_MODEL_RETURNED = "Nothing is returned: the last line has to be `return model`."

OTHER_RETURNED = "What is returned is not the model itself: return the nn.Module that was trained."
