"""The gradebook: attempts and overrides, append-only, in one SQLite file.

What was acknowledged survives a crash at any moment. Best and latest scores are derived from the
attempts (see `grader.report`) and never stored.
"""

from grader.gradebook.entries import Attempt, Entries, Entry, Outcome, Override
from grader.gradebook.outcomes import check_outcomes, training_metrics
from grader.gradebook.schema import MIGRATIONS
from grader.gradebook.store import Gradebook
from grader.gradebook.transfer import export_gradebook, import_gradebook

__all__ = [
    "MIGRATIONS",
    "Attempt",
    "Entries",
    "Entry",
    "Gradebook",
    "Outcome",
    "Override",
    "check_outcomes",
    "export_gradebook",
    "import_gradebook",
    "training_metrics",
]
