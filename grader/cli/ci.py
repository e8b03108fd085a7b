"""`grader ci`: what the workflows call."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.amounts import counted, in_points
from grader.cli.bulk import WHOLE, Backend, Checks, Shard, cores, grade_each, parse_shard
from grader.cli.common import err, located, make_plan, now, root, with_checks, write
from grader.cli.github import Bot, Groups, Repo, connection_to, writer_of
from grader.cli.runner import annotate, no_workflow_commands, summarise
from grader.course.assignment import load_assignments
from grader.course.roster import Roster, load_roster
from grader.course.sources import has_private_checks
from grader.course.staff import Staff
from grader.errors import ConfigurationError, GraderError
from grader.github import comment
from grader.github.blobs import Objects, read_pull_request
from grader.github.event import (
    Graded,
    PullRequest,
    PullRequestEvent,
    Worklist,
    read_document,
    read_event,
)
from grader.github.publish import Published, Publisher
from grader.github.pulls import open_pulls, ungraded
from grader.github.queue import publish_all, work_off
from grader.github.restore import FILES
from grader.github.restore import restore as restore_into
from grader.github.seal import signing_key
from grader.github.staff import call
from grader.harmless import in_a_log, on_one_line
from grader.result import SubmissionResult

if TYPE_CHECKING:
    from grader.plan import Plan

app = typer.Typer(help="What the workflows call.", no_args_is_help=True)


@app.command()
def grade(
    results: Annotated[Path, typer.Option("--results", help="Folder for the result files.")] = Path(
        "results"
    ),
    worklist: Annotated[
        Path | None, typer.Option("--worklist", help="Regrade these pull requests.")
    ] = None,
    shard: Shard = WHOLE,
    clone: Annotated[Path, typer.Option("--clone", help="Where commits were fetched.")] = Path(),
    groups: Groups = None,
    checks: Checks = None,
) -> None:
    """Grade the pull request of the event, or a worklist.

    Reads git objects only. Writes one result file for each, and a summary of the job.
    """
    if worklist is None:
        path = os.environ.get("GITHUB_EVENT_PATH")
        pulls = [read_event(Path(path) if path else None, PullRequestEvent).pull_request]
    else:
        number, of = parse_shard(shard)
        listed = read_document(worklist, Worklist).pull_requests
        pulls = [pull for pull in listed if pull.number % of == number % of]
    roster = load_roster(groups or located("groups.yaml"))
    if roster.staff and worklist and checks is None:
        raise ConfigurationError(
            f"groups.yaml: {roster.staff.repository} grades this course; start its workflow "
            "grade-course to grade everything again"
        )
    results.mkdir(parents=True, exist_ok=True)
    with no_workflow_commands():
        failed = _grade_pulls(pulls, results, clone, roster, checks, brief=worklist is not None)
    if failed:
        annotate(
            "error",
            f"{counted(failed, 'result has', 'results have')} an internal error; "
            "see the log of this step",
        )


@app.command()
def publish(
    results: Annotated[
        Path | None,
        typer.Option("--results", help="What a job in staff's repository graded; else what waits."),
    ] = None,
    repo: Repo = None,
    groups: Groups = None,
    bot: Bot = None,
) -> None:
    """Check, sign and publish all that the workflows have graded and nobody has published yet.

    In a course that staff's repository grades it publishes nothing, and tells that repository.
    """
    roster = load_roster(groups or located("groups.yaml"))
    if results is None and roster.staff:
        _call_staff(roster.staff)
        return
    if results is not None and not roster.staff:
        raise ConfigurationError("--results: groups.yaml names no repository of staff's")
    assignments = load_assignments(root() / "assignments")
    key = signing_key(os.environ.get("GRADER_SIGNING_KEY"), roster)
    done, failures = 0, []
    faults: list[str] = []
    with connection_to(repo) as connection, no_workflow_commands():
        publisher = Publisher(connection, assignments, roster, key, writer_of(roster, bot))
        for published in _published(publisher, results):
            done += 1
            err.print(f"{published.outcome}: {published.sentence}", markup=False)
            if published.outcome == "failed":
                failures.append(published.sentence)
            elif published.fault:
                faults.append(published.sentence)
    for sentence in faults:
        annotate("warning", in_a_log(on_one_line(sentence)))
    err.print(counted(done, "result"))
    if failures:
        raise GraderError(
            f"{len(failures)} of {done} not published, the next run tries again: {failures[0]}"
        )


@app.command()
def plan(
    output: Annotated[Path, typer.Option("--output", help="The worklist to write.")] = Path(
        "worklist.json"
    ),
    refs: Annotated[
        Path | None, typer.Option("--refs", help="What git must fetch for it, a refspec a line.")
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="Only commits that have no result yet, also earlier ones.")
    ] = False,
    repo: Repo = None,
) -> None:
    """List the open pull requests, for a regrade in shards or for staff's repository.

    For staff's repository what has no result yet is always listed: a later result would hide it.
    """
    roster = load_roster(located("groups.yaml"))
    with connection_to(repo) as connection:
        work = open_pulls(connection)
        if new or roster.staff:
            work = ungraded(connection, work, roster, writer_of(roster, None), again=not new)
    for path in filter(None, (output, refs)):
        path.parent.mkdir(parents=True, exist_ok=True)
    write(output, work.to_json() + "\n")
    if refs is not None:
        heads = [pull.head.sha for pull in work.pull_requests]
        write(refs, "".join(f"+{head}:refs/grader/{head}\n" for head in heads))
    err.print(counted(len(work.pull_requests), "commit of an open pull request",
                      "commits of open pull requests"))  # fmt: skip


@app.command()
def restore(repo: Repo = None) -> None:
    """Fetch the gradebook that the last report left, into the working directory."""
    for name in FILES:
        if Path(name).exists():
            raise ConfigurationError(f"{name} is here already; move it away, or go on with it")
    with connection_to(repo) as connection:
        found = restore_into(connection, Path())
    err.print("the gradebook of the last report" if found else "no gradebook of an earlier report")


def _grade_pulls(
    pulls: Sequence[PullRequest],
    results: Path,
    clone: Path,
    roster: Roster,
    checks: Path | None,
    *,
    brief: bool,
) -> int:
    """Grade and write the results; how many have an internal error.

    `brief`: a line for each in the summary, which may hold only so much.
    """
    plan = _plan_for(roster, checks)
    advisory = plan.checks is None
    objects = Objects(clone)
    base = objects.commit("HEAD")
    submissions, known = [], []
    for pull in pulls:
        try:
            head = objects.commit(pull.head.sha)
        except ConfigurationError:
            if not brief:
                raise
            err.print(f"#{pull.number}: commit {pull.head.sha[:7]} could not be fetched")
            continue
        if not pull.login:
            _write_graded(results, pull, None)
            if not brief:
                summarise(comment.summary(None, "", plan.assignments))
            continue
        # Whoever is in no group may have been renamed since; publishing knows the account.
        found = roster.find_login(pull.login)
        member = found[1].key if found else None
        known.append(pull)
        submissions.append(
            read_pull_request(objects, plan.assignments, base=base, head=head, member=member)
        )
    faulty = 0
    for pull, result in zip(known, grade_each(submissions, plan, Backend(cores())), strict=True):
        faulty += result.internal_error
        _write_graded(results, pull, result)
        whole = comment.summary(
            result, pull.login, plan.assignments, staff=pull.by_staff, advisory=advisory
        )
        summarise(f"- {pull.number}: {in_points(result.score, result.points)}" if brief else whole)
    return faulty


def _plan_for(roster: Roster, checks: Path | None) -> "Plan":
    """What to grade pull requests with.

    Where staff's repository grades the course, its own job grades with `checks`, whose titles
    everybody could read in the comment and which are therefore held back until the assignment is
    due; and the course's job, which has none, grades with the public checks alone.
    """
    plan = make_plan([], checks=checks)
    if roster.staff is None:
        return plan
    if checks is None:
        return replace(plan, assignments=with_checks(plan.assignments, None), checks=None)
    kept = {"hidden_titles": "after_due"}
    return replace(plan, assignments=[
        one.model_copy(update=kept | {"due": one.due_in(roster.zone)})
        if one.hidden_titles is None and has_private_checks(one, plan.checks) else one
        for one in plan.assignments
    ])  # fmt: skip


def _published(publisher: Publisher, results: Path | None) -> Iterator[Published]:
    """Publish the result files in a folder, or without one all that waits on GitHub."""
    if results is None:
        yield from work_off(publisher, now)
        return
    graded = []
    for path in sorted(results.glob("*.json")):
        try:
            graded.append(read_document(path, Graded))
        except ConfigurationError as error:
            yield Published(0, "refused", str(error), fault=True)
    yield from publish_all(publisher, graded, now)


def _call_staff(staff: Staff) -> None:
    """Tell staff's repository that there is something to grade, where there is a token for it."""
    token = os.environ.get("GRADER_STAFF_TOKEN")
    if token and os.environ.get("GITHUB_EVENT_NAME") != "schedule":
        try:
            with connection_to(staff.repository, token) as connection:
                call(connection)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"GRADER_STAFF_TOKEN starts nothing in {staff.repository}: {error}"
            ) from error
        err.print(f"{staff.repository} publishes; it was told", markup=False)
    else:
        err.print(f"{staff.repository} publishes, when it looks next", markup=False)


def _write_graded(results: Path, pull: PullRequest, result: SubmissionResult | None) -> None:
    graded = Graded(pull_request=pull.number, head=pull.head.sha, result=result)
    write(results / f"{pull.number}-{pull.head.sha[:7]}.json", graded.to_json() + "\n")
