"""Results in other systems' formats."""

from grader.export.canvas import to_canvas
from grader.export.classroom50 import SCALE, to_classroom50
from grader.export.counted import Counted, counted_work
from grader.export.gradescope import to_gradescope
from grader.export.junit import counted_to_junit, to_junit

__all__ = [
    "SCALE",
    "Counted",
    "counted_to_junit",
    "counted_work",
    "to_canvas",
    "to_classroom50",
    "to_gradescope",
    "to_junit",
]
