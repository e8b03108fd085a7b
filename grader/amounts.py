"""Points, shares and counts as people read them: rounded half up, once, at the very end.

Rounding never says something else than the figure: who has begun does not read 0, and who lacks
something does not read as complete.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_NOISE = 9
"""Decimals behind which a float differs from what was meant, such as 0.1 + 0.2."""


def total(parts: Iterable[float]) -> float:
    """The sum of the numbers as they are written: 0.1 and 0.2 are 0.3; rounded to a float once."""
    return float(sum(map(_written, parts), Decimal()))


def hundredths(value: float) -> int:
    """`value`, at least 0, in hundredths, half up."""
    return int(_rounded(round(_written(value), _NOISE), 2).scaleb(2))


def earned(points: float, share: float) -> float:
    """A `share` in [0, 1] of the points of a check, to the hundredth of a point."""
    return points if share >= 1 else min(hundredths(points * share) / 100, points)


@lru_cache(1 << 14)
def points(value: float, of: float | None = None) -> str:
    """Points in at most two decimals, without needless zeros: 12, 2.5, 33.33.

    Args:
        value: at least 0.
        of: what it is a part of; less than that never reads as that.
    """
    return _plain(_between(_written(value), _written(of) if of else None, 2))


def scored(value: float, of: float) -> str:
    """Points of a total: 2.5/20."""
    return f"{points(value, of)}/{points(of)}"


def in_points(value: float, of: float) -> str:
    """The same in a sentence: 2.5 of 20 points."""
    return f"{points(value, of)} of {points(of)} points"


@lru_cache(1 << 14)
def percentage(share: float, places: int = 0) -> str:
    """A share in [0, 1] in percent, as a bare number: 0.885 is 89; 0.996 is 99; 0.003 is 1."""
    return str(_between(_written(share) * 100, Decimal(100), places))


def percent(share: float, places: int = 0) -> str:
    """The same with its sign: 89%."""
    return f"{percentage(share, places)}%"


def changed(difference: float) -> str:
    """A difference between two shares, in percentage points with one decimal: +2.5, -0.1."""
    return f"{'-' if difference < 0 else '+'}{percentage(abs(difference), 1)}"


def filled(share: float, cells: int) -> int:
    """How many cells of a bar are full: all of them only for everything, none only for nothing."""
    return int(_between(_written(share) * cells, Decimal(cells), 0))


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things: 1 group, 2 groups."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def _between(value: Decimal, whole: Decimal | None, places: int) -> Decimal:
    """`value` half up to `places`, but neither 0 nor `whole` unless it is."""
    value = round(value, _NOISE)
    least = Decimal(1).scaleb(-places)
    shown = _rounded(value, places)
    if not shown and value > 0:
        return least
    if whole is not None and value < whole <= shown:
        # A whole that is not itself in hundredths may lie below what it is rounded to.
        return max(_rounded(whole, places) - least, Decimal(0))
    return shown


def _written(value: float) -> Decimal:
    """The number as it is written, 0.1 and not 0.1000000000000000055."""
    return Decimal(repr(float(value)))


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
