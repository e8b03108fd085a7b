"""Attempts → the score that counts of every member at every assignment, under the policy.

In this order: of one submission only its newest grading; late work loses its share; each
assignment's best or latest; what staff set by hand. Nothing is rounded here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pandas as pd

from grader.course.assignment import Assignment
from grader.course.policy import LateRule
from grader.course.roster import Roster, folded
from grader.gradebook import Entry, Override

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

PICKED = ["member", "assignment", "score", "raw", "kept", "at", "attempt"]


@dataclass(frozen=True)
class Scores:
    """What counts.

    Args:
        table: points. Index: keys of members with an attempt or an override, sorted. Columns:
            assignment ids. NaN where nothing was handed in.
        picked: the attempts that count, a row each: member, assignment, score (points after the
            late rule), raw (before it), kept (the share that was kept), at (microseconds since
            1970), attempt (its id).
        overrides: (member, assignment) → what staff set there; it is in the table already.
    """

    table: pd.DataFrame
    picked: pd.DataFrame
    overrides: dict[tuple[str, str], Override]

    def by_place(self) -> dict[tuple[str, str], "Picked"]:
        """(member, assignment) → the attempt that counts there."""
        columns = [self.picked[name].tolist() for name in PICKED]
        return {
            (member, assignment): Picked(score, raw, kept, EPOCH + at * MICROSECOND, attempt)
            for member, assignment, score, raw, kept, at, attempt in zip(*columns, strict=True)
        }


class Picked(NamedTuple):
    """One attempt that counts; see `Scores.picked`."""

    score: float
    raw: float
    kept: float
    at: datetime
    attempt: int


class Marks:
    """Everything a gradebook holds about a course, ready to be looked at as of any moment.

    Args:
        roster: members, and the policy.
        entries: all attempts, in any order; read once.
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
            folded(one.member): one.member
            for one in self._overrides
            if roster.find(one.member) is None
        }
        self._attempts, self._scores = self._read(entries)
        self.strangers = tuple(self._strangers[key] for key in sorted(self._strangers))
        self.remarks = tuple(self._remarks())

    def scores(self, *, graded_by: datetime | None = None) -> Scores:
        """What counts; `graded_by`: as it would have been seen at that moment."""
        attempts, overrides = self._attempts, self._overrides
        if graded_by is not None:
            attempts = attempts[attempts["graded"] <= _microseconds(graded_by)]
            overrides = [one for one in overrides if one.at <= graded_by]
        return self._choose(attempts, self._effective(attempts), overrides)

    def over_time(self, moments: Sequence[datetime]) -> list[Scores]:
        """What counted at each moment, by when work was submitted and as it is graded today."""
        rows = self._effective(self._attempts)
        found = []
        for moment in moments:
            then = _microseconds(moment)
            overrides = [one for one in self._overrides if one.at <= moment]
            attempts = self._attempts[self._attempts["at"] <= then]
            found.append(self._choose(attempts, rows[rows["at"] <= then], overrides))
        return found

    def graded_after(self, moment: datetime) -> bool:
        """Whether an attempt was graded later than this."""
        return bool((self._attempts["graded"] > _microseconds(moment)).any())

    def span(self) -> tuple[datetime, datetime] | None:
        """When the first and the last submission came."""
        if self._attempts.empty:
            return None
        first, last = self._attempts["at"].min(), self._attempts["at"].max()
        return EPOCH + int(first) * MICROSECOND, EPOCH + int(last) * MICROSECOND

    def _read(self, entries: Iterable[Entry]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Attempts of known members, and their scores at assignments that count."""
        points = {assignment.id: assignment.points for assignment in self._assignments}
        known: dict[str, str | None] = {}
        # Numbers for submissions and for files group faster than digests do.
        submissions: dict[tuple[str, str, str | None], int] = {}
        files: dict[tuple[str, str], int] = {}
        attempts: list[tuple[int, str, int, int, int, int]] = []
        scores: list[tuple[int, str, float]] = []
        for entry in entries:
            if entry.member not in known:
                found = self._roster.find(entry.member)
                known[entry.member] = None if found is None else found[1].key
            key = known[entry.member]
            if key is None:
                self._strangers[folded(entry.member)] = entry.member
                continue
            graded = _microseconds(entry.graded_at)
            at = graded if entry.submitted_at is None else _microseconds(entry.submitted_at)
            submission = submissions.setdefault((key, entry.digest, entry.commit), len(submissions))
            same = files.setdefault((key, entry.digest), len(files))
            attempts.append((entry.id, key, submission, same, at, graded))
            for name, score in entry.scores.items():
                if score is not None and name in points:
                    # Checks may have been worth more once.
                    scores.append((len(attempts) - 1, name, min(score, points[name])))
        columns = ["attempt", "member", "submission", "files", "at", "graded"]
        frame = pd.DataFrame(attempts, columns=columns)
        frame = frame.astype(dict.fromkeys(set(columns) - {"member"}, int))
        # A regrade comes later, its submission does not.
        frame["at"] = frame.groupby("submission")["at"].transform("min")
        # Files handed in again unchanged are as late as the first time.
        frame["first"] = frame.groupby("files")["at"].transform("min")
        rows = pd.DataFrame(scores, columns=["row", "assignment", "raw"])
        return frame, rows.astype({"row": int, "raw": float})

    def _remarks(self) -> Iterable[str]:
        """What looks like a clock that jumped."""
        ordered = self._attempts.sort_values("attempt")
        newest = ordered.groupby("submission")["graded"].cummax()
        for member in sorted(set(ordered.loc[ordered["graded"] < newest, "member"])):
            yield (
                f"{member}: a grading was recorded later than another of the same submission, but "
                "its time is earlier (a clock that jumped back?); the later time counts"
            )

    def _effective(self, attempts: pd.DataFrame) -> pd.DataFrame:
        """The newest grading of every submission and assignment, less what lateness costs."""
        rows = self._scores.merge(attempts, left_on="row", right_index=True)
        rows = rows.sort_values(["graded", "attempt"])
        rows = rows.drop_duplicates(["submission", "assignment"], keep="last")
        rows["kept"] = 1.0
        rows["cut"] = False
        for assignment in self._assignments:
            rule = self._roster.policy.late.get(assignment.id)
            if rule is not None and assignment.due is not None:
                self._judge_lateness(rows, assignment.id, assignment.due, rule)
        rows["score"] = rows["raw"] * rows["kept"]
        return rows

    def _judge_lateness(
        self, rows: pd.DataFrame, assignment: str, due: datetime, rule: LateRule
    ) -> None:
        allowed = {
            member.key: _microseconds(due + member.extensions.get(assignment, timedelta()))
            for group in self._roster.groups
            for member in group.members
        }
        mine = rows.loc[rows["assignment"] == assignment]
        lateness = mine["first"] - mine["member"].map(allowed)
        late = lateness[lateness > 0]
        if not late.empty:
            lengths = [int(microseconds) * MICROSECOND for microseconds in late]
            rows.loc[late.index, "kept"] = [rule.kept(length) for length in lengths]
            rows.loc[late.index, "cut"] = [rule.cut_off(length) for length in lengths]

    def _choose(
        self, attempts: pd.DataFrame, rows: pd.DataFrame, overrides: Sequence[Override]
    ) -> Scores:
        """Each assignment's best or latest, then what was set by hand."""
        # Equal ones: the earlier counts as the best, the later as the latest.
        order, ascending = {
            "best": (["score", "at", "graded", "attempt"], [True, False, False, False]),
            # Work after the cut-off replaces nothing.
            "latest": (["cut", "at", "graded", "attempt"], [False, True, True, True]),
        }[self._roster.policy.attempt]
        rows = rows.sort_values(order, ascending=ascending)
        picked = rows.drop_duplicates(["member", "assignment"], keep="last")[PICKED]
        picked = picked.sort_values(["member", "assignment"], ignore_index=True)
        by_hand = self._by_hand(overrides)
        members = sorted(set(attempts["member"]) | {member for member, _ in by_hand})
        table = picked.pivot(index="member", columns="assignment", values="score").reindex(
            index=members, columns=[assignment.id for assignment in self._assignments]
        )
        table = table.astype(float)
        for (member, assignment), override in by_hand.items():
            table.loc[member, assignment] = override.score
        return Scores(table, picked, by_hand)

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


def member_scores(
    roster: Roster,
    entries: Iterable[Entry],
    assignments: Sequence[Assignment],
    overrides: Iterable[Override] = (),
) -> pd.DataFrame:
    """The points that count of every member with an attempt; see `Scores.table`."""
    return Marks(roster, entries, assignments, overrides).scores().table


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
