"""Diagnosis: which mistaken formula explains the values that came back."""

from grader.checking.diagnosis.answers import same
from grader.checking.diagnosis.judging import Given, assert_computes, explained
from grader.checking.diagnosis.mistake import RAISED, Formula, Mistake, diagnose

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
