"""A repository as it is after “Use this template”, on the double, and a folder to work in."""

from pathlib import Path

from tests.github.course import ROOT, assignments
from tests.github.double import Double

ROSTER = """# The roster.
course: Course
signing_key: null  # made by grader setup

groups:
  - name: A
    members: [{name: One, github: g1m1}, {name: Two, github: g1m2}]
"""


def new_course(hub: Double, folder: Path) -> None:
    """The template's files, on the double's default branch and in a checkout at `folder`."""
    (folder / "assignments").symlink_to(ROOT / "assignments")
    (folder / "groups.yaml").write_text(ROSTER)
    hub.repository.add_user("admin-token", "prof", admin=True)
    hub.repository.issues_enabled = False
    settings = hub.repository.settings
    settings.files["groups.yaml"] = ROSTER
    for assignment in assignments():
        for name in assignment.files:
            path = f"assignments/{assignment.id}/{name}"
            settings.files[path] = (ROOT / path).read_text(encoding="utf-8")


def push(hub: Double, folder: Path) -> None:
    """What `git push` does of groups.yaml."""
    hub.repository.settings.files["groups.yaml"] = (folder / "groups.yaml").read_text()
