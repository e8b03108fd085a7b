"""The report → one issue for each group, made once and then updated in place.

Public, so an issue holds the group, its size and aggregates, never a member's name or score, and
nothing at all of a group so small that its median is somebody's score.
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from types import MappingProxyType

import requests
from github import GithubException
from github.Issue import Issue

from grader.amounts import counted, in_points, percent, percentage, scored
from grader.course.roster import normalize_key
from grader.errors import GraderError
from grader.github.client import Connection, explained, login_of
from grader.github.markdown import table
from grader.harmless import in_markdown
from grader.report import PublicGroup, PublicReport, sentences

LABEL = "grader"
LABEL_COLOUR = "0e8a16"

MANY = 450
"""New issues above which the slower pace is taken; GitHub takes about 500 in an hour."""

_END = "<!-- grader:end -->"
_BEGIN = re.compile(r"<!-- grader:group:v1 ([A-Za-z0-9+/=]+) -->")


@dataclass
class Posted:
    """What happened to the issues.

    Args:
        created, updated, unchanged: names of groups.
        notices: sentences about what staff should look at.
        differences: for a dry run, what would change, as unified diffs.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def title(group: str) -> str:
    """The title of a group's issue."""
    return f"Group {group} — progress"


def block(report: PublicReport, group: PublicGroup, logins: Sequence[str] = ()) -> str:
    """The grader's part of an issue, between two hidden lines; it calls to `logins`."""
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
            f"<!-- grader:group:v1 {name} -->\n### {in_markdown(report.course)}: group "
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


def post_report(
    connection: Connection,
    report: PublicReport,
    *,
    authors: Sequence[str],
    mentioned: Mapping[str, Sequence[str]] = MappingProxyType({}),
    dry_run: bool = False,
    on_done: Callable[[str], None] = lambda _: None,
) -> Posted:
    """Make every group's issue say what the report says; run again, it goes on where it stopped.

    Args:
        connection: to the repository.
        report: what to post.
        authors: logins whose issues may be the grader's; what others write is left alone.
        mentioned: group → logins that its issue calls to.
        dry_run: change nothing, but collect the differences.
        on_done: called with a line for each group.

    Raises:
        GraderError: GitHub refuses; what was posted before stays and is found again.
    """
    done = Posted()
    with explained("post the groups' issues", connection.name):
        existing = _existing(connection, report, authors, done)
        missing = [group for group in report.groups if normalize_key(group.group) not in existing]
        pace = connection.pace.many_issues if len(missing) > MANY else connection.pace.issues
        if missing and not dry_run:
            _ensure_label(connection)
        for group in report.groups:
            part = block(report, group, mentioned.get(group.group, ()))
            issue = existing.get(normalize_key(group.group))
            old = (issue.body or "").replace("\r\n", "\n").rstrip() if issue else ""
            body = merged(old, part)
            if issue and (issue.title, old) == (title(group.group), body):
                done.unchanged.append(group.group)
                continue
            was_there = issue is not None
            (done.updated if was_there else done.created).append(group.group)
            if dry_run:
                done.differences.append(_difference(group.group, issue, old, body))
                continue
            if issue is None:
                connection.wait_for_issue(pace)
                issue = _create(connection, group.group, body, authors)
            else:
                issue.edit(title=title(group.group), body=body)
                if (issue.body or "").replace("\r\n", "\n").rstrip() != body:
                    raise GraderError(
                        f"{connection.name}: GitHub kept the old text of #{issue.number}"
                    )
            did = "updated" if was_there else "created"
            on_done(f"group {group.group}: {did} #{issue.number}")
    return done


def _existing(
    connection: Connection, report: PublicReport, authors: Sequence[str], done: Posted
) -> dict[str, Issue]:
    """The issue of each group, by the group's folded name."""
    groups = {normalize_key(group.group): group.group for group in report.groups}
    found: dict[str, list[Issue]] = {}
    labelled = connection.repository.get_issues(state="all", labels=[LABEL])
    _find(labelled, groups, authors, found)
    if len(found) < len(groups):
        # Someone may have taken the label off; before making a second issue, look without it.
        for author in authors:
            listing = connection.repository.get_issues(state="all", creator=author)  # type: ignore[arg-type]
            try:
                _find(listing, groups, authors, found)
            except GithubException as error:
                if error.status != 422:  # an author whom GitHub does not know, so has no issue
                    raise
    for key, issues in found.items():
        first, *others = issues
        if others:
            numbers = ", ".join(f"#{issue.number}" for issue in others)
            done.notices.append(
                f"group {groups[key]}: #{first.number} is kept up to date; close {numbers}, which "
                "says it is the same group's"
            )
        if first.state == "closed":
            done.notices.append(
                f"group {groups[key]}: #{first.number} is closed; it is kept up to date and stays "
                "closed until you reopen it"
            )
    return {key: issues[0] for key, issues in found.items()}


def _find(
    listing: Iterable[Issue],
    groups: Mapping[str, str],
    authors: Sequence[str],
    found: dict[str, list[Issue]],
) -> None:
    """Add the groups' issues in a listing to `found`, those of a group oldest first."""
    writers = {normalize_key(author) for author in authors}
    titles = {title(name): key for key, name in groups.items()}
    untitled: list[tuple[str, Issue]] = []
    for issue in listing:
        # A pull request is told by its address: asking for `pull_request` costs a request each.
        if "/pull/" in issue.html_url or normalize_key(login_of(issue.user)) not in writers:
            continue
        key = _marked(issue.body)
        if key is not None and key in groups:
            _add(found, key, issue)
        elif key is None and issue.title in titles:
            untitled.append((titles[issue.title], issue))
    for key, issue in untitled:  # its hidden line was edited away
        if key not in found:
            _add(found, key, issue)


def _add(found: dict[str, list[Issue]], key: str, issue: Issue) -> None:
    issues = found.setdefault(key, [])
    if issue.number not in {known.number for known in issues}:
        issues.append(issue)
        issues.sort(key=lambda issue: issue.number)


def _marked(body: str | None) -> str | None:
    """The folded name of the group in the hidden line, if there is one."""
    match = _BEGIN.search(body or "")
    try:
        return base64.b64decode(match[1], validate=True).decode() if match else None
    except ValueError:
        return None


def _create(connection: Connection, group: str, body: str, authors: Sequence[str]) -> Issue:
    def find() -> Issue | None:
        found: dict[str, list[Issue]] = {}
        newest = connection.repository.get_issues(state="all", sort="created", direction="desc")
        _find(newest.get_page(0), {normalize_key(group): group}, authors, found)
        return found[normalize_key(group)][0] if found else None

    return connection.create_once(
        lambda: connection.repository.create_issue(title(group), body, labels=[LABEL]), find
    )


def _ensure_label(connection: Connection) -> None:
    """Make the label where it is missing."""
    try:
        connection.repository.get_label(LABEL)
    except GithubException as error:
        if error.status != 404:
            raise
    else:
        return
    try:
        connection.repository.create_label(LABEL, LABEL_COLOUR, "Kept up to date by the grader")
    except (GithubException, requests.RequestException) as error:
        # Made by another run, or by this one although the answer was lost: the issues will tell.
        if isinstance(error, GithubException) and error.status < 500 and error.status != 422:
            raise


def _difference(group: str, issue: Issue | None, old: str, new: str) -> str:
    before = f"#{issue.number}" if issue else "no issue yet"
    lines = unified_diff(
        old.splitlines(), new.splitlines(), f"group {group}: {before}", f"group {group}: new", "",
        "", 1, "",
    )  # fmt: skip
    return "\n".join(lines) or f"group {group}: only the title of {before} changes"
