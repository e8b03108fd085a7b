"""The gradebook that the last run of `report.yml` left, for the next one, which starts with none.

With it comes how far comments were read, without which an older comment that was put back could not
be told from the newest. It holds what is in the public comments, and nothing set by hand.
"""

import io
import zipfile
from pathlib import Path

from github.WorkflowRun import WorkflowRun

from grader.github.client import Connection, explained
from grader.github.event import REPORT_WORKFLOW
from grader.github.pushed import same_repository

GRADEBOOK = "gradebook"
"""How the artifact is called."""

FILES = ("gradebook.sqlite", "gradebook.sqlite.collected")

CAP = 1024 * 1024 * 1024
"""Bytes of the artifact, packed."""


def restore(connection: Connection, folder: Path) -> bool:
    """Put the files of the last report's gradebook into `folder`; False where there is none.

    Only what a run of `report.yml` on the default branch has left counts: a pull request may hand
    over what it likes under this name.

    Raises:
        GraderError: GitHub refuses.
    """
    with explained("fetch the gradebook of the last report", connection.name):
        for artifact in connection.repository.get_artifacts(name=GRADEBOOK):
            if artifact.expired or artifact.workflow_run is None:
                continue
            run = connection.repository.get_workflow_run(artifact.workflow_run.id)
            if not _own(connection, run):
                continue
            content = connection.download(artifact.archive_download_url, CAP)
            if content is None:
                return False
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    files = {name: archive.read(name) for name in FILES}
            except (zipfile.BadZipFile, KeyError):  # then everything is read once more
                return False
            for name, data in files.items():
                (folder / name).write_bytes(data)
            return True
    return False


def _own(connection: Connection, run: WorkflowRun) -> bool:
    return (
        run.path.partition("@")[0] == REPORT_WORKFLOW
        and run.event in ("schedule", "workflow_dispatch")
        and run.head_branch == connection.repository.default_branch
        and same_repository(run.head_repository, connection.name)
    )
