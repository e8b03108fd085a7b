"""Diagnosis: which mistaken formula explains the values that came back."""

from grader.checking.diagnosis.answers import same
from grader.checking.diagnosis.mistake import (
    RAISED,
    Formula,
    Given,
    Mistake,
    assert_computes,
    diagnose,
    explained,
)

__all__ = [
    "RAISED",
    "Formula",
    "Given",
    "Mistake",
    "assert_computes",
    "diagnose",
    "explained",
    "same",
]
