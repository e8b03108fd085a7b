"""Attempts → the score that counts of every member at every assignment, under the policy.

In this order: of an assignment's files only their newest grading, with whatever else they were
handed in; late work loses its share; each assignment's best or latest; what staff set by hand.
Nothing is rounded here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from grader.course.assignment import Assignment
from grader.course.moments import later
from grader.course.policy import LateRule
from grader.course.roster import Roster, normalize_key
from grader.gradebook import Entries, Entry, Override
from grader.report.forms import NONE
from grader.report.reading import EPOCH, MICROSECOND, microseconds, read_entries


@dataclass(frozen=True)
class CountedScores:
    """What counts.

    Args:
        table: points. Index: keys of members with an attempt or an override, sorted. Columns:
            assignment ids. NaN where nothing was handed in.
        overrides: (member, assignment) → what staff set there; it is in the table already.
        outdated: assignment → the members whose attempt counts there although it was judged by
            other checks than the newest attempt at the assignment.
    """

    table: pd.DataFrame
    overrides: dict[tuple[str, str], Override]
    outdated: dict[str, list[str]]
    _picked: pd.DataFrame
    _members: Sequence[str]

    @cached_property
    def attempts(self) -> dict[tuple[str, str], "CountedAttempt"]:
        """(member, assignment) → the attempt that counts there, sorted."""
        names = ["member", "assignment", "kept", "at", "known", "attempt"]
        rows = zip(*(self._picked[name].tolist() for name in names), strict=True)
        return {
            (self._members[member], self.table.columns[assignment]): CountedAttempt(
                kept, EPOCH + at * MICROSECOND if known else None, attempt
            )
            for member, assignment, kept, at, known, attempt in rows
        }


class CountedAttempt(NamedTuple):
    """One attempt that counts.

    Args:
        kept: the share of its score that the late rule left.
        submitted: when, or None where nobody knows it.
        attempt: its id.
    """

    kept: float
    submitted: datetime | None
    attempt: int


class ScoreBook:
    """Everything a gradebook holds about a course, ready to be looked at as of any moment.

    Tables have members and assignments by number: their places in `members` and in `assignments`.

    Args:
        roster: members, and the policy.
        entries: all attempts, in any order; `attempts` has those of known members, as
            `read_entries` makes them.
        assignments: what counts.
        overrides: in any order.
    """

    def __init__(
        self,
        roster: Roster,
        entries: Iterable[Entry],
        assignments: Sequence[Assignment],
        overrides: Iterable[Override] = (),
    ) -> None:
        self._roster, self._assignments = roster, assignments
        self._overrides = sorted(overrides, key=lambda override: override.at)
        self._strangers = {
            normalize_key(one.member): one.member
            for one in self._overrides
            if roster.find(one.member) is None
        }
        self.members = sorted(member.key for member in roster.members())
        self._number = {key: number for number, key in enumerate(self.members)}
        rows = entries if isinstance(entries, Entries) else Entries.of(entries)
        self.attempts, self._scores = read_entries(rows, self._member, assignments)
        self.unknown_members = tuple(self._strangers[key] for key in sorted(self._strangers))
        self.remarks = tuple(self._remarks())

    def scores(self, *, graded_by: datetime | None = None) -> CountedScores:
        """What counts; `graded_by`: as it would have been seen at that moment."""
        attempts, overrides = self.attempts, self._overrides
        if graded_by is not None:
            attempts = attempts[attempts["graded"] <= microseconds(graded_by)]
            overrides = [one for one in overrides if one.at <= graded_by]
        return self._choose(attempts, self._effective(attempts), overrides)

    def ranked(self) -> pd.DataFrame:
        """Every submission and assignment; of one member's at one assignment the last counts."""
        return self._in_order(self._effective(self.attempts))

    def graded_after(self, moment: datetime) -> bool:
        """Whether an attempt was graded later than this."""
        return bool((self.attempts["graded"] > microseconds(moment)).any())

    def span(self) -> tuple[datetime, datetime] | None:
        """When the first and the last submission came."""
        if self.attempts.empty:
            return None
        first, last = self.attempts["at"].min(), self.attempts["at"].max()
        return EPOCH + int(first) * MICROSECOND, EPOCH + int(last) * MICROSECOND

    def _member(self, key: str) -> int:
        """The number of the member with this key; who is not known is noted."""
        found = self._roster.find(key)
        if found is None:
            self._strangers[normalize_key(key)] = key
            return NONE
        return self._number[found[1].key]

    def _remarks(self) -> Iterable[str]:
        """What looks like a clock that jumped."""
        ordered = self.attempts.sort_values("attempt")
        newest = ordered.groupby("submission")["graded"].cummax()
        for number in sorted(set(ordered.loc[ordered["graded"] < newest, "member"])):
            yield (
                f"{self.members[number]}: a grading was recorded later than another of the same "
                "submission, but its time is earlier (a clock that jumped back?); the later time "
                "counts"
            )

    def _effective(self, attempts: pd.DataFrame) -> pd.DataFrame:
        """Every submission and assignment, by its files' newest grading, less what is late."""
        rows = self._scores.merge(attempts, left_on="row", right_index=True)
        rows = rows.iloc[np.lexsort((rows["attempt"], rows["graded"]))]
        newest = rows.drop_duplicates("form", keep="last").set_index("form")
        checks = rows.drop_duplicates("assignment", keep="last").set_index("assignment")["checks"]
        rows = rows.drop_duplicates(["submission", "assignment"], keep="last")
        for column in ("raw", "attempt", "checks"):
            rows[column] = rows["form"].map(newest[column])
        rows["outdated"] = rows["checks"] != rows["assignment"].map(checks)
        rows["kept"] = 1.0
        rows["cut"] = False
        for number, assignment in enumerate(self._assignments):
            rule = self._roster.policy.late.get(assignment.id)
            if rule is not None and assignment.due is not None:
                self._judge_lateness(rows, number, rule)
        rows["score"] = rows["raw"] * rows["kept"]
        return rows

    def _judge_lateness(self, rows: pd.DataFrame, number: int, rule: LateRule) -> None:
        """Judged by when the assignment's own files first came in this form."""
        assignment = self._assignments[number]
        due = assignment.due_in(self._roster.zone)
        assert due is not None  # or there would be nothing to judge
        allowed = [due] * len(self.members)
        for member in self._roster.members():
            if assignment.id in member.extensions:
                extended = later(due, member.extensions[assignment.id])
                allowed[self._number[member.key]] = extended
        limits = np.array([microseconds(moment) for moment in allowed], dtype=int)
        mine = rows.loc[rows["assignment"] == number]
        late = mine[mine["first"] > limits[mine["member"]]]
        if not late.empty:
            moments = [
                (allowed[member], EPOCH + first * MICROSECOND)
                for member, first in zip(late["member"], late["first"].tolist(), strict=True)
            ]
            rows.loc[late.index, "kept"] = [rule.kept(*moment) for moment in moments]
            rows.loc[late.index, "cut"] = [rule.cut_off(*moment) for moment in moments]

    def _choose(
        self, attempts: pd.DataFrame, rows: pd.DataFrame, overrides: Sequence[Override]
    ) -> CountedScores:
        """Each assignment's best or latest, then what was set by hand."""
        picked = self._in_order(rows).drop_duplicates(["member", "assignment"], keep="last")
        picked = picked.iloc[np.lexsort((picked["assignment"], picked["member"]))]
        names = [assignment.id for assignment in self._assignments]
        by_hand = self._by_hand(overrides)
        outdated: dict[str, list[str]] = {}
        old = picked.loc[picked["outdated"].astype(bool), ["member", "assignment"]]
        for number, assignment in old.itertuples(index=False):
            member, name = self.members[number], names[assignment]
            if (member, name) not in by_hand:
                outdated.setdefault(name, []).append(member)
        table = np.full((len(self.members), len(names)), np.nan)
        table[picked["member"], picked["assignment"]] = picked["score"]
        present = np.zeros(len(self.members), dtype=bool)
        present[attempts["member"]] = True
        for (member, name), override in by_hand.items():
            table[self._number[member], names.index(name)] = override.score
            present[self._number[member]] = True
        members = [self.members[number] for number in np.flatnonzero(present)]
        shown = pd.DataFrame(table[present], index=members, columns=names)
        return CountedScores(shown, by_hand, outdated, picked, self.members)

    def _in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What counts most comes last."""
        # Equal ones: the earlier counts as the best, the later as the latest.
        times = rows["attempt"], rows["graded"], rows["at"]
        if self._roster.policy.attempt == "best":
            return rows.iloc[np.lexsort((*(-time for time in times), rows["score"]))]
        # Work after the cut-off replaces nothing.
        return rows.iloc[np.lexsort((*times, ~rows["cut"]))]

    def by_hand(self, moment: datetime) -> dict[tuple[str, str], Override]:
        """(member, assignment) → what staff had set there by then."""
        return self._by_hand(one for one in self._overrides if one.at <= moment)

    def _by_hand(self, overrides: Iterable[Override]) -> dict[tuple[str, str], Override]:
        """What holds now of all that was set by hand, capped at the assignment's points."""
        points = {assignment.id: assignment.points for assignment in self._assignments}
        found: dict[tuple[str, str], Override] = {}
        for override in overrides:
            known = self._roster.find(override.member)
            if known is None:
                continue
            place = known[1].key, override.assignment
            found.pop(place, None)
            if override.score is not None and override.assignment in points:
                score = min(override.score, points[override.assignment])
                found[place] = override.model_copy(update={"score": score})
        return found
