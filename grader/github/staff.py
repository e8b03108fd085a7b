"""The private repository that grades a course: its workflow, and how the course starts it."""

from grader.github.client import Connection, explained
from grader.github.settings import send

EVENT = "course"
"""What the workflow is started by."""


def call(connection: Connection) -> None:
    """Start the grading workflow of staff's repository, to which the connection is."""
    with explained("start the grading workflow", connection.name):
        send(connection.repository, "POST", "dispatches", {"event_type": EVENT})


def workflow_for(course: str, template: str) -> str:
    """The grading workflow for the course OWNER/NAME."""
    owner, _, name = course.partition("/")
    return template.replace("COURSE-OWNER", owner).replace("COURSE-NAME", name)
