"""The text of a group's issue: the grader's part, and what people wrote around it.

Public, so it holds the group, its size and aggregates, never a member's name or score, and nothing
at all of a group so small that its median is somebody's score.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import unified_diff

from github.Issue import Issue

from grader.amounts import counted, in_points, percent, percentage, scored
from grader.course.roster import normalize_key
from grader.github.markdown import table
from grader.harmless import in_markdown
from grader.report import PublicGroup, PublicReport, sentences

_END = "<!-- grader:end -->"
_BEGIN = re.compile(r"<!-- grader:group:v1 ([A-Za-z0-9+/=]+) -->")
_BY_HAND = re.compile(r"<!-- grader:by-hand (\S+) ([0-9a-f]{64}) -->")


def title(group: str) -> str:
    """The title of a group's issue."""
    return f"Group {group} — progress"


def block(
    report: PublicReport, group: PublicGroup, logins: Sequence[str] = (), by_hand: str = ""
) -> str:
    """The grader's part of an issue, between two hidden lines; it calls to `logins`.

    `by_hand` is the hidden line of `by_hand_line`.
    """
    name = base64.b64encode(normalize_key(group.group).encode()).decode()
    figures = [
        "This group has too few counted members for figures here, because they would be those of "
        "one person. Your instructor has them."
    ]
    if group.score is not None and group.progress is not None:
        rank = f"rank {group.rank} of {len(report.groups)}"
        rows = [(in_markdown(one.id), scored(one.score, one.points)) for one in group.assignments]
        figures = [
            f"**{percent(group.progress)}**: {in_points(group.score, group.points)}, "
            f"the {report.aggregate} of {counted(group.counted, 'member')}; {rank}.",
            table(("assignment", f"{report.aggregate} points"), rows, "<>"),
            chart(group, report.aggregate),
        ]
    return "\n\n".join(
        [
            f"<!-- grader:group:v1 {name} -->\n{by_hand}### {in_markdown(report.course)}: group "
            f"{in_markdown(group.group)}",
            *figures,
            *([f"For {', '.join(f'@{login}' for login in logins)}."] if logins else []),
            f"<sub>{in_markdown(' '.join(sentences(report)), 600)} This text is rewritten by the "
            f"grader; what you write below it stays.</sub>\n{_END}",
        ]
    )


def chart(group: PublicGroup, aggregate: str) -> str:
    """A Mermaid bar chart of the group's share of the points of each assignment, in percent."""
    labels, values = [], []
    for one in group.assignments:
        labels.append('"' + re.sub(r"[^\w .-]", " ", one.id) + '"')
        values.append(percentage(min(one.score / one.points, 1.0) if one.points else 0.0, 1))
    if not labels:
        return "_No assignment yet._"  # an empty chart is an error to Mermaid
    return (
        "```mermaid\nxychart-beta\n"
        f'    title "{aggregate} in percent of the points"\n'
        f"    x-axis [{', '.join(labels)}]\n"
        '    y-axis "percent" 0 --> 100\n'
        f"    bar [{', '.join(values)}]\n```"
    )


def merged(old: str, new_block: str) -> str:
    """`old` with the grader's part replaced; what people wrote around it stays."""
    old = old.replace("\r\n", "\n")
    begin = _BEGIN.search(old)
    if begin is None:
        return f"{new_block}\n\n{old}".rstrip() if old.strip() else new_block
    end = old.find(_END, begin.end())
    # Without its end the part cannot be told from what people wrote, so nothing is thrown away.
    rest = old[end + len(_END) :] if end >= 0 else "\n\n" + old[begin.end() :].lstrip()
    return (old[: begin.start()] + new_block + rest).rstrip()


def by_hand_line(moments: Iterable[datetime]) -> str:
    """A hidden line that says which scores set by hand the figures are made with.

    It holds when the last was set and a digest of all those times, so that it tells nobody whose
    scores they are; empty where none was set.

    Args:
        moments: when each was set.
    """
    ordered = sorted(moments)
    if not ordered:
        return ""
    return f"<!-- grader:by-hand {ordered[-1].isoformat()} {_digest(ordered)} -->\n"


def made_with_others(body: str | None, moments: Iterable[datetime]) -> bool:
    """Whether an issue's figures are made with scores set by hand that are not among these."""
    match = _BY_HAND.search(body or "")
    if match is None:
        return False
    try:
        last = datetime.fromisoformat(match[1])
        return _digest(sorted(one for one in moments if one <= last)) != match[2]
    except (ValueError, TypeError):  # somebody edited it
        return False


def _digest(moments: Sequence[datetime]) -> str:
    return hashlib.sha256(" ".join(one.isoformat() for one in moments).encode()).hexdigest()


def marked_group(body: str | None) -> str | None:
    """The normalised name of the group in the hidden line, if there is one."""
    match = _BEGIN.search(body or "")
    try:
        return base64.b64decode(match[1], validate=True).decode() if match else None
    except ValueError:
        return None


def difference(group: str, issue: Issue | None, old: str, new: str) -> str:
    """What would change in a group's issue, as a unified diff."""
    before = f"#{issue.number}" if issue else "no issue yet"
    lines = unified_diff(
        old.splitlines(), new.splitlines(), f"group {group}: {before}", f"group {group}: new", "",
        "", 1, "",
    )  # fmt: skip
    return "\n".join(lines) or f"group {group}: only the title of {before} changes"
