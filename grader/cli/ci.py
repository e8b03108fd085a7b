"""`grader ci`: what the workflows call."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted, in_points
from grader.cli.bulk import WHOLE, Backend, Checks, Shard, cores, grade_each, parse_shard
from grader.cli.common import err, located, make_plan, now, out, root, write
from grader.cli.github import BOT, Bot, Groups, Repo, connection_to
from grader.course.assignment import load_assignments
from grader.course.roster import load_roster
from grader.errors import ConfigurationError, GraderError, naming
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
from grader.github.publish import Publisher
from grader.github.pulls import open_pulls
from grader.github.queue import work_off
from grader.github.restore import FILES
from grader.github.restore import restore as restore_into
from grader.github.seal import signing_key
from grader.harmless import in_a_log, on_one_line
from grader.result import SubmissionResult

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
        pulls = [read_event(_event_path(), PullRequestEvent).pull_request]
    else:
        number, of = parse_shard(shard)
        listed = read_document(worklist, Worklist).pull_requests
        pulls = [pull for pull in listed if pull.number % of == number % of]
    results.mkdir(parents=True, exist_ok=True)
    with _no_workflow_commands():
        roster = groups or located("groups.yaml")
        failed = _grade_pulls(pulls, results, clone, roster, checks, brief=worklist is not None)
    if failed:
        _annotate(
            "error",
            f"{counted(failed, 'result has', 'results have')} an internal error; "
            "see the log of this step",
        )


@app.command()
def publish(repo: Repo = None, groups: Groups = None, bot: Bot = BOT) -> None:
    """Check, sign and publish all that the workflows have graded and nobody has published yet."""
    roster = load_roster(groups or located("groups.yaml"))
    assignments = load_assignments(root() / "assignments")
    key = signing_key(os.environ.get("GRADER_SIGNING_KEY"), roster)
    done, failures = 0, []
    faults: list[str] = []
    with connection_to(repo) as connection, _no_workflow_commands():
        publisher = Publisher(connection, assignments, roster, key, bot)
        for published in work_off(publisher, now):
            done += 1
            err.print(f"{published.outcome}: {published.sentence}", markup=False)
            if published.outcome == "failed":
                failures.append(published.sentence)
            elif published.fault:
                faults.append(published.sentence)
    for sentence in faults:
        _annotate("warning", in_a_log(on_one_line(sentence)))
    err.print(counted(done, "result"))
    if failures:
        raise GraderError(
            f"{len(failures)} of {done} not published, the next run of publish.yml tries again: "
            f"{failures[0]}"
        )


@app.command()
def plan(
    output: Annotated[Path, typer.Option("--output", help="The worklist to write.")] = Path(
        "worklist.json"
    ),
    refs: Annotated[
        Path | None, typer.Option("--refs", help="What git must fetch for it, a refspec a line.")
    ] = None,
    repo: Repo = None,
) -> None:
    """List the open pull requests, for a regrade in shards."""
    with connection_to(repo) as connection:
        work = open_pulls(connection)
    for path in filter(None, (output, refs)):
        path.parent.mkdir(parents=True, exist_ok=True)
    write(output, work.to_json() + "\n")
    if refs is not None:
        numbers = [pull.number for pull in work.pull_requests]
        write(refs, "".join(f"+refs/pull/{n}/head:refs/grader/{n}\n" for n in numbers))
    err.print(counted(len(work.pull_requests), "open pull request"))


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
    groups: Path,
    checks: Path | None,
    *,
    brief: bool,
) -> int:
    """Grade and write the results; how many have an internal error.

    `brief`: a line for each in the summary, which may hold only so much.
    """
    roster = load_roster(groups)
    plan = make_plan([], checks=checks)
    objects = Objects(clone)
    base = objects.commit("HEAD")
    submissions, known = [], []
    for pull in pulls:
        try:
            head = objects.commit(pull.head.sha)
        except ConfigurationError:
            if len(pulls) == 1:
                raise
            err.print(f"#{pull.number}: has a newer commit, which gets a run of its own")
            continue
        if not pull.login:
            _write_graded(results, pull, None)
            if not brief:
                _summarise(comment.summary(None, "", plan.assignments))
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
        whole = comment.summary(result, pull.login, plan.assignments, staff=pull.by_staff)
        _summarise(f"- {pull.number}: {in_points(result.score, result.points)}" if brief else whole)
    return faulty


def _write_graded(results: Path, pull: PullRequest, result: SubmissionResult | None) -> None:

    graded = Graded(pull_request=pull.number, head=pull.head.sha, result=result)
    write(results / f"{pull.number}.json", graded.to_json() + "\n")


def _summarise(text: str) -> None:
    """Add to the job's summary where there is one, else print it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        out.file.write(text)
        return
    with naming(path, "written"), Path(path).open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def _event_path() -> Path | None:
    path = os.environ.get("GITHUB_EVENT_PATH")
    return Path(path) if path else None


@contextmanager
def _no_workflow_commands() -> Iterator[None]:
    """Keep the runner from obeying `::command::` lines in what student code made us print."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    out.file.write(f"::stop-commands::{token}\n")
    out.file.flush()
    try:
        yield
    finally:
        err.file.flush()
        out.file.write(f"::{token}::\n")
        out.file.flush()


def _annotate(kind: str, text: str) -> None:
    """A line that a runner shows on the run's page; elsewhere it is only printed."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        out.file.write(f"::{kind}::{text}\n")
    else:
        err.print(text, markup=False)
