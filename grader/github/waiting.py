"""What waits to be published: the results that runs of `grade.yml` and `regrade.yml` handed over.

The artifacts on GitHub are the queue. Nothing is taken out of it: what was handed over since the
last run of `publish.yml` that succeeded began is looked at, and a comment says by its runs what it
holds already. So a publishing job may die at any moment, and the next one goes on.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from github.Artifact import Artifact
from github.WorkflowRun import WorkflowRun

from grader.errors import ConfigurationError
from grader.github.client import PAGE, Connection, explained
from grader.github.event import (
    ARTIFACT_CAP,
    GRADE_WORKFLOW,
    PUBLISH_WORKFLOW,
    REGRADE_WORKFLOW,
    Graded,
    ResultError,
)
from grader.github.pushed import name_of, same_repository

RESULT = "result"
REGRADED = "regraded-"
"""How the artifacts are called; a shard's number follows the second."""

OVERLAP = timedelta(minutes=10)
"""Looked at again each time, because a list may show an artifact late."""

ARCHIVE_CAP = 64 * 1024 * 1024
"""Bytes of an artifact, packed."""

LATEST = 30
"""Publishing runs that are looked through for the last that succeeded."""


@dataclass(frozen=True)
class Waiting:
    """What one run handed over.

    Args:
        artifact: where its results are.
        run: by which run.
        regrade: whether the run was staff's own, for many pull requests.
        first_run_at: when the first known run for the same commit of the same fork began.
    """

    artifact: Artifact
    run: WorkflowRun
    regrade: bool
    first_run_at: datetime


def waiting(connection: Connection) -> list[Waiting]:
    """What was handed over since the last publication, in the order of the runs."""
    with explained("list what waits to be published", connection.name):
        since = _last_publication(connection)
        artifacts = _artifacts(connection, since)
        wanted = {artifact.workflow_run.id for artifact in artifacts}
        runs = _runs(connection, wanted)
    first: dict[tuple[str, str], datetime] = {}
    for run in runs.values():
        if _kind(connection, run) == RESULT:
            place = run.head_sha, name_of(run.head_repository)
            first[place] = min(run.created_at, first.get(place, run.created_at))
    found = []
    for artifact in artifacts:
        run = runs[artifact.workflow_run.id]
        kind = _kind(connection, run)
        if kind is not None and artifact.name.startswith(kind):
            place = run.head_sha, name_of(run.head_repository)
            began = first.get(place, run.created_at)
            found.append(Waiting(artifact, run, kind == REGRADED, began))
    return sorted(found, key=lambda one: (one.run.id, one.artifact.id))


def results_in(connection: Connection, one: Waiting) -> list[Graded]:
    """The results of an artifact, which is read in memory, with a cap on everything.

    Raises:
        ResultError: it is not what the grading jobs hand over.
        GraderError: GitHub refuses.
    """
    where = f"run {one.run.id}"
    if one.artifact.size_in_bytes > ARCHIVE_CAP:
        raise ResultError(f"{where}: the artifact is larger than {ARCHIVE_CAP // 1024} KiB")
    with explained("download a result", connection.name):
        content = connection.download(one.artifact.archive_download_url, ARCHIVE_CAP)
    if content is None:
        raise ResultError(f"{where}: the artifact is larger than {ARCHIVE_CAP // 1024} KiB")
    found = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".json")]
            if not names or (len(names) != 1 and not one.regrade):
                raise ResultError(f"{where}: {len(names)} result files; there must be one")
            for name in sorted(names):
                with archive.open(name) as file:
                    text = file.read(ARTIFACT_CAP + 1)
                if len(text) > ARTIFACT_CAP:
                    raise ResultError(f"{where}: a result larger than {ARTIFACT_CAP // 1024} KiB")
                found.append(Graded.parse(text, source=f"the result of {where}"))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        # RuntimeError: a password; its subclass NotImplementedError: another compression.
        raise ResultError(f"{where}: the artifact is no archive ({error})") from None
    except ConfigurationError as error:
        raise ResultError(str(error)) from None
    return found


def _last_publication(connection: Connection) -> datetime:
    """When the last publishing run that succeeded began; whoever can forge such a run is passed.

    A run that dies or fails is none: what it left is looked at by the next.
    """
    repository = connection.repository
    name = PUBLISH_WORKFLOW.rsplit("/", 1)[1]
    _, answer = repository.requester.requestJsonAndCheck(
        "GET",
        f"{repository.url}/actions/workflows/{name}/runs",
        parameters={"status": "success", "per_page": LATEST},
    )
    for run in answer["workflow_runs"]:
        # A pull request may hold a publish.yml of its own.
        if run["event"] in ("workflow_run", "schedule", "workflow_dispatch"):
            began = datetime.fromisoformat(run["created_at"])
            return began - OVERLAP
    return datetime.min.replace(tzinfo=UTC)


def _artifacts(connection: Connection, since: datetime) -> list[Artifact]:
    """Artifacts of the grading workflows; GitHub lists the newest first."""
    found = []
    for artifact in connection.repository.get_artifacts():
        if artifact.created_at is not None and artifact.created_at < since:
            break
        named = artifact.name == RESULT or artifact.name.startswith(REGRADED)
        if named and not artifact.expired and artifact.workflow_run is not None:
            found.append(artifact)
    return found


def _runs(connection: Connection, wanted: set[int]) -> dict[int, WorkflowRun]:
    """The runs with these numbers, and those for pull requests that are listed beside them."""
    if not wanted:
        return {}
    found = {}
    for run in connection.repository.get_workflow_runs(event="pull_request"):
        found[run.id] = run
        enough = wanted <= found.keys() or len(found) >= 2 * len(wanted)
        if len(found) >= PAGE and enough:
            break  # an old run that was approved late is asked for by itself
    for number in wanted - found.keys():
        found[number] = connection.repository.get_workflow_run(number)
    return found


def _kind(connection: Connection, run: WorkflowRun) -> str | None:
    """What the artifacts of a run are called, if it is one of the grading workflows'."""
    path = run.path.partition("@")[0]
    if run.event == "pull_request" and path == GRADE_WORKFLOW:
        return RESULT
    own = same_repository(run.head_repository, connection.name)
    on_default = own and run.head_branch == connection.repository.default_branch
    if run.event == "workflow_dispatch" and path == REGRADE_WORKFLOW and on_default:
        return REGRADED
    return None
