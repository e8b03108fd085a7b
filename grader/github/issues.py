"""The report → one issue for each group, made once and then updated in place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import requests
from github import GithubException
from github.Issue import Issue

from grader.course.roster import normalize_key
from grader.errors import ConfigurationError, GraderError
from grader.github.client import Connection, explained, login_of
from grader.github.issue_text import (
    block,
    by_hand_line,
    difference,
    made_with_others,
    marked_group,
    merged,
    title,
)
from grader.report import PublicReport

LABEL = "grader"
LABEL_COLOUR = "0e8a16"

MANY = 450
"""New issues above which the slower pace is taken; GitHub takes about 500 in an hour."""


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


def post_report(
    connection: Connection,
    report: PublicReport,
    *,
    authors: Sequence[str],
    mentioned: Mapping[str, Sequence[str]] = MappingProxyType({}),
    formerly: Mapping[str, Sequence[str]] = MappingProxyType({}),
    by_hand: Sequence[datetime] = (),
    dry_run: bool = False,
    on_done: Callable[[str], None] = lambda _: None,
) -> Posted:
    """Make every group's issue say what the report says; run again, it goes on where it stopped.

    Args:
        connection: to the repository.
        report: what to post.
        authors: logins whose issues may be the grader's; what others write is left alone.
        mentioned: group → logins that its issue calls to.
        formerly: group → names that it had before; an issue under one of them is its.
        by_hand: when each score was set by hand that the report counts.
        dry_run: change nothing, but collect the differences.
        on_done: called with a line for each group.

    Raises:
        ConfigurationError: the issues show scores set by hand that are not in this report.
        GraderError: GitHub refuses; what was posted before stays and is found again.
    """
    done = Posted()
    with explained("post the groups' issues", connection.name):
        existing = _existing(connection, report, authors, formerly, done)
        for shown in existing.values():
            if made_with_others(shown.body, by_hand):
                raise ConfigurationError(
                    f"{connection.name}: #{shown.number} shows scores set by hand that this "
                    "gradebook does not hold, so posting would undo them; post from the gradebook "
                    "that has them, or bring them here with `grader export --format gradebook` and "
                    "`grader import`, and switch the other off"
                )
        missing = [group for group in report.groups if normalize_key(group.group) not in existing]
        pace = connection.pace.many_issues if len(missing) > MANY else connection.pace.issues
        if missing and not dry_run:
            _ensure_label(connection)
        for group in report.groups:
            part = block(report, group, mentioned.get(group.group, ()), by_hand_line(by_hand))
            issue = existing.get(normalize_key(group.group))
            old = (issue.body or "").replace("\r\n", "\n").rstrip() if issue else ""
            body = merged(old, part)
            if issue and (issue.title, old) == (title(group.group), body):
                done.unchanged.append(group.group)
                continue
            was_there = issue is not None
            (done.updated if was_there else done.created).append(group.group)
            if dry_run:
                done.differences.append(difference(group.group, issue, old, body))
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
        if done.created and not dry_run:
            # Another report may have been posted from elsewhere at the same time.
            _existing(connection, report, authors, formerly, done, close=True)
    return done


def _existing(
    connection: Connection,
    report: PublicReport,
    authors: Sequence[str],
    formerly: Mapping[str, Sequence[str]],
    done: Posted,
    *,
    close: bool = False,
) -> dict[str, Issue]:
    """The issue of each group, by the group's normalised name.

    `close`: of two for the same group, close those that `done` says were created just now.
    """
    groups = {normalize_key(group.group): group.group for group in report.groups}
    former = {
        normalize_key(old): normalize_key(new)
        for new, names in formerly.items()
        if normalize_key(new) in groups
        for old in names
        if normalize_key(old) not in groups
    }
    found: dict[str, list[Issue]] = {}
    labelled = connection.repository.get_issues(state="all", labels=[LABEL])
    _find(labelled, groups, former, authors, found)
    if len(found) < len(groups):
        # Someone may have taken the label off; before making a second issue, look without it.
        for author in authors:
            listing = connection.repository.get_issues(state="all", creator=author)  # type: ignore[arg-type]
            try:
                _find(listing, groups, former, authors, found)
            except GithubException as error:
                if error.status != 422:  # an author whom GitHub does not know, so has no issue
                    raise
    for key, issues in found.items():
        first, *others = issues
        others = [issue for issue in others if issue.state == "open"]
        if close and groups[key] in done.created:
            for issue in others:
                issue.edit(state="closed")
                done.notices.append(
                    f"group {groups[key]}: #{issue.number} was posted at the same time as "
                    f"#{first.number} and is closed again"
                )
            continue
        if close:
            continue
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
    former: Mapping[str, str],
    authors: Sequence[str],
    found: dict[str, list[Issue]],
) -> None:
    """Add the groups' issues in a listing to `found`, those of a group oldest first.

    `former`: normalised names that groups had before → those they have now.
    """
    writers = {normalize_key(author) for author in authors}
    titles = {title(name): key for key, name in groups.items()}
    untitled: list[tuple[str, Issue]] = []
    for issue in listing:
        # A pull request is told by its address: asking for `pull_request` costs a request each.
        if "/pull/" in issue.html_url or normalize_key(login_of(issue.user)) not in writers:
            continue
        key = marked_group(issue.body)
        key = former.get(key, key) if key is not None else None
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


def _create(connection: Connection, group: str, body: str, authors: Sequence[str]) -> Issue:
    def find() -> Issue | None:
        found: dict[str, list[Issue]] = {}
        newest = connection.repository.get_issues(state="all", sort="created", direction="desc")
        _find(newest.get_page(0), {normalize_key(group): group}, {}, authors, found)
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
