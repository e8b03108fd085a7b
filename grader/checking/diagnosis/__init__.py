"""Diagnosis: which mistaken formula explains the values that came back."""

from grader.checking.diagnosis.answers import same
from grader.checking.diagnosis.formula import Formula, diagnose
from grader.checking.diagnosis.judging import Given, assert_computes, explained
from grader.checking.diagnosis.mistake import (
    NOTHING,
    RAISED,
    Inputs,
    Mistake,
    both,
    few,
    like,
    outcome,
    wrong,
)
from grader.checking.diagnosis.pairs import After, Before

__all__ = [
    "NOTHING",
    "RAISED",
    "After",
    "Before",
    "Formula",
    "Given",
    "Inputs",
    "Mistake",
    "assert_computes",
    "both",
    "diagnose",
    "explained",
    "few",
    "like",
    "outcome",
    "same",
    "wrong",
]
