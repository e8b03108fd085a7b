"""Attempts → the score that counts of every member at every assignment, under the policy.

In this order: of an assignment's files only their newest grading, with whatever else they were
handed in; late work loses its share; each assignment's best or latest; what staff set by hand.
Nothing is rounded here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from grader.course.assignment import Assignment
from grader.course.moments import later
from grader.course.policy import LateRule
from grader.course.roster import Roster, normalize_key
from grader.gradebook import Entries, Entry, Override
from grader.report.forms import first_seen, forms, numbered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

PICKED = ["member", "assignment", "score", "raw", "kept", "at", "known", "attempt"]


@dataclass(frozen=True)
class CountedScores:
    """What counts.

    Args:
        table: points. Index: keys of members with an attempt or an override, sorted. Columns:
            assignment ids. NaN where nothing was handed in.
        picked: the attempts that count, a row each: member, assignment, score (points after the
            late rule), raw (before it), kept (the share that was kept), at (when it was submitted
            or, where that is not known, graded; microseconds since 1970), known (whether it is),
            attempt (its id).
        overrides: (member, assignment) → what staff set there; it is in the table already.
        outdated: assignment → the members whose attempt counts there although it was judged by
            other checks than the newest attempt at the assignment.
    """

    table: pd.DataFrame
    picked: pd.DataFrame
    overrides: dict[tuple[str, str], Override]
    outdated: dict[str, list[str]]

    def by_place(self) -> dict[tuple[str, str], "CountedAttempt"]:
        """(member, assignment) → the attempt that counts there."""
        columns = [self.picked[name].tolist() for name in PICKED]
        return {
            (member, assignment): CountedAttempt(
                score, raw, kept, EPOCH + at * MICROSECOND if known else None, attempt
            )
            for member, assignment, score, raw, kept, at, known, attempt in zip(
                *columns, strict=True
            )
        }


class CountedAttempt(NamedTuple):
    """One attempt that counts; see `Scores.picked`. `submitted` is None where nobody knows it."""

    score: float
    raw: float
    kept: float
    submitted: datetime | None
    attempt: int


class ScoreBook:
    """Everything a gradebook holds about a course, ready to be looked at as of any moment.

    Args:
        roster: members, and the policy.
        entries: all attempts, in any order. `attempts` has those of known members: attempt (id),
            member, submission (a number), at, known, graded; times in microseconds since 1970.
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
        rows = entries if isinstance(entries, Entries) else Entries.of(entries)
        self.attempts, self._scores = self._read(rows)
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

    def _read(self, entries: Entries) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Attempts of known members, and their scores at assignments that count."""
        known: dict[str, str | None] = {}
        attempts: list[tuple[int, str, str, str, int, bool, int]] = []
        places = [-1] * len(entries.attempts)
        for place, (number, written, digest, commit, graded_at, submitted_at) in enumerate(
            entries.attempts
        ):
            if written not in known:
                found = self._roster.find(written)
                known[written] = None if found is None else found[1].key
            key = known[written]
            if key is None:
                self._strangers[normalize_key(written)] = written
                continue
            graded = microseconds(graded_at)
            at = graded if submitted_at is None else microseconds(submitted_at)
            told = submitted_at is not None
            places[place] = len(attempts)
            attempts.append((number, key, digest, commit or "", at, told, graded))
        columns = ["attempt", "member", "digest", "commit", "at", "known", "graded"]
        frame = pd.DataFrame(attempts, columns=columns)
        frame = frame.astype({"attempt": int, "at": int, "graded": int, "known": bool})
        rows = self._scored(entries, frame, places)
        # A regrade comes later, its submission does not.
        frame["submission"] = numbered(frame, "member", "digest", "commit")
        frame["at"] = frame.groupby("submission")["at"].transform("min")
        frame["known"] = frame.groupby("submission")["known"].transform("max").astype(bool)
        return frame[["attempt", "member", "submission", "at", "known", "graded"]], rows

    def _scored(
        self, entries: Entries, attempts: pd.DataFrame, places: Sequence[int]
    ) -> pd.DataFrame:
        """What was handed in of what counts; `places`: where each entry is in `attempts`, or -1."""
        points = {assignment.id: assignment.points for assignment in self._assignments}
        columns = ["row", "assignment", "raw", "files", "judged_by"]
        rows = pd.DataFrame(entries.scores, columns=columns).astype({"row": int, "raw": float})
        rows["row"] = np.array(places, dtype=int)[rows["row"]]
        wanted = rows["raw"].notna() & rows["assignment"].isin(points) & (rows["row"] >= 0)
        rows = rows[wanted].reset_index(drop=True)
        # Checks may have been worth more once.
        rows["raw"] = rows["raw"].clip(upper=rows["assignment"].map(points).astype(float))
        rows["checks"] = numbered(rows, "judged_by")
        about = attempts.loc[rows["row"], ["member", "digest", "at", "known"]]
        rows = pd.concat([rows, about.reset_index(drop=True)], axis="columns")
        rows["form"] = forms(rows)
        rows["first"] = first_seen(rows)
        return rows[["row", "assignment", "raw", "checks", "first", "form"]]

    def _remarks(self) -> Iterable[str]:
        """What looks like a clock that jumped."""
        ordered = self.attempts.sort_values("attempt")
        newest = ordered.groupby("submission")["graded"].cummax()
        for member in sorted(set(ordered.loc[ordered["graded"] < newest, "member"])):
            yield (
                f"{member}: a grading was recorded later than another of the same submission, but "
                "its time is earlier (a clock that jumped back?); the later time counts"
            )

    def _effective(self, attempts: pd.DataFrame) -> pd.DataFrame:
        """Every submission and assignment, by its files' newest grading, less what is late."""
        rows = self._scores.merge(attempts, left_on="row", right_index=True)
        rows = rows.sort_values(["graded", "attempt"])
        newest = rows.drop_duplicates("form", keep="last").set_index("form")
        checks = rows.drop_duplicates("assignment", keep="last").set_index("assignment")["checks"]
        rows = rows.drop_duplicates(["submission", "assignment"], keep="last")
        for column in ("raw", "attempt", "checks"):
            rows[column] = rows["form"].map(newest[column])
        rows["outdated"] = rows["checks"] != rows["assignment"].map(checks)
        rows["kept"] = 1.0
        rows["cut"] = False
        for assignment in self._assignments:
            rule = self._roster.policy.late.get(assignment.id)
            if rule is not None and assignment.due is not None:
                self._judge_lateness(rows, assignment, rule)
        rows["score"] = rows["raw"] * rows["kept"]
        return rows

    def _judge_lateness(self, rows: pd.DataFrame, assignment: Assignment, rule: LateRule) -> None:
        """Judged by when the assignment's own files first came in this form."""
        due = assignment.due_in(self._roster.zone)
        assert due is not None  # or there would be nothing to judge
        allowed = {
            member.key: later(due, member.extensions.get(assignment.id, timedelta()))
            for group in self._roster.groups
            for member in group.members
        }
        mine = rows.loc[rows["assignment"] == assignment.id]
        limits = {key: microseconds(moment) for key, moment in allowed.items()}
        late = mine[mine["first"] > mine["member"].map(limits)]
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
        picked = picked.sort_values(["member", "assignment"], ignore_index=True)
        by_hand = self._by_hand(overrides)
        outdated: dict[str, list[str]] = {}
        old = picked.loc[picked["outdated"].astype(bool), ["member", "assignment"]]
        for member, assignment in old.itertuples(index=False):
            if (member, assignment) not in by_hand:
                outdated.setdefault(assignment, []).append(member)
        picked = picked[PICKED]
        members = sorted(set(attempts["member"]) | {member for member, _ in by_hand})
        table = picked.pivot(index="member", columns="assignment", values="score").reindex(
            index=members, columns=[assignment.id for assignment in self._assignments]
        )
        table = table.astype(float)
        for (member, assignment), override in by_hand.items():
            table.loc[member, assignment] = override.score
        return CountedScores(table, picked, by_hand, outdated)

    def _in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What counts most comes last."""
        # Equal ones: the earlier counts as the best, the later as the latest.
        order, ascending = {
            "best": (["score", "at", "graded", "attempt"], [True, False, False, False]),
            # Work after the cut-off replaces nothing.
            "latest": (["cut", "at", "graded", "attempt"], [False, True, True, True]),
        }[self._roster.policy.attempt]
        return rows.sort_values(order, ascending=ascending)

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


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - EPOCH) // MICROSECOND
