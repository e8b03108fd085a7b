"""The private repository that grades a course: what must be so there, how the course starts it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from github.Repository import Repository

from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.github.client import Connection, explained
from grader.github.settings import Setting, get, send, text_of
from grader.github.signing import ENVIRONMENT, no_secrets

EVENT = "course"
"""What the workflow is started by."""

WORKFLOW = ".github/workflows/grade-course.yml"

APP_SECRETS = ("GRADER_APP_ID", "GRADER_APP_KEY")

NAME_CAP = 34
"""GitHub lets an app's name have no more characters."""


def call(connection: Connection) -> None:
    """Start the grading workflow of staff's repository, to which the connection is."""
    with explained("start the grading workflow", connection.name):
        send(connection.repository, "POST", "dispatches", {"event_type": EVENT})


def workflow_for(course: str, template: str) -> str:
    """The grading workflow for the course OWNER/NAME."""
    owner, _, name = course.partition("/")
    return template.replace("COURSE-OWNER", owner).replace("COURSE-NAME", name)


@dataclass(frozen=True)
class StaffState:
    """The settings of staff's repository that a course has not.

    Args:
        repository: staff's.
        assignments: which private checks may be of.
        roster: of the course.
        course: its OWNER/NAME.
        workflow: the text of the grading workflow.
    """

    repository: Repository
    assignments: Sequence[Assignment]
    roster: Roster
    course: str
    workflow: str

    def all(self) -> list[Setting]:
        """Each of them, in the order in which they are made."""
        name = self.repository.full_name
        return [
            Setting("private", "everybody can read the private checks",
                    "Metadata", self._private, None,
                    "make another repository, private from the beginning"),
            Setting("workflow", "nothing is graded",
                    "Contents and Workflows", self._workflow, self._write_workflow),
            Setting("checks", "without them nothing is graded that the course does not have",
                    "Contents", self._checks, None,
                    "push at least one checks/test_ASSIGNMENT.py"),
            Setting("app", "nothing can be written on the course's pull requests",
                    "Environments", lambda: no_secrets(self.repository, *APP_SECRETS), None,
                    f"make the app at {self._registration()}, install it on {self.course} alone, "
                    "and put its client ID and a private key into the secrets "
                    f"{' and '.join(APP_SECRETS)} of the environment {ENVIRONMENT}"),
            Setting("groups.yaml", "the course still counts what its own workflows say",
                    "Metadata", self._named, None,
                    f"write `staff: {{repository: {name}, app: NAME-OF-THE-APP}}` into it, and "
                    "push it"),
        ]  # fmt: skip

    def _private(self) -> str | None:
        return None if self.repository.private else "the repository is public"

    def _workflow(self) -> str | None:
        text = text_of(self.repository, WORKFLOW)
        if text is None:
            return f"there is no {WORKFLOW}"
        return None if text == self.workflow else f"{WORKFLOW} is not that of this grader"

    def _write_workflow(self) -> None:
        content = base64.b64encode(self.workflow.encode()).decode()
        body = {"message": "The workflow that grades the course", "content": content}
        if text_of(self.repository, WORKFLOW) is not None:
            body["sha"] = get(self.repository, f"contents/{WORKFLOW}")["sha"]
        send(self.repository, "PUT", f"contents/{WORKFLOW}", body)

    def _checks(self) -> str | None:
        for one in self.assignments:
            for folder in ("checks", f"checks/{one.id}"):
                if text_of(self.repository, f"{folder}/test_{one.id}.py") is not None:
                    return None
        return "there are no private checks"

    def _named(self) -> str | None:
        staff, name = self.roster.staff, self.repository.full_name
        if staff is not None and staff.repository.casefold() == name.casefold():
            return None
        return f"groups.yaml does not name {name} as staff's"

    def _registration(self) -> str:
        """Where an app is made that may do what is needed and no more."""
        rights = {
            "name": f"{self.course.partition('/')[2]}-grader"[-NAME_CAP:],
            "url": f"https://github.com/{self.course}",
            "public": "false",
            "webhook_active": "false",
            "checks": "write",
            "pull_requests": "write",
        }
        return f"https://github.com/settings/apps/new?{urlencode(rights)}"
