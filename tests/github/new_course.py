"""A repository as it is after “Use this template”, on the double, and a folder to work in."""

from pathlib import Path
from typing import Any

from tests.github.course import ROOT, assignments
from tests.github.double import Double
from tests.github.settings_state import Environment

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
    (folder / ".github").symlink_to(ROOT / ".github")
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


def make_safe(hub: Double, base: Path) -> None:
    """The settings as `grader setup` leaves them; the files of `base` are on the default branch."""
    settings = hub.repository.settings
    settings.files = {
        str(path.relative_to(base)): path.read_text(encoding="utf-8")
        for path in [base / "groups.yaml", *base.glob("assignments/*/*.py")]
    }
    policy = {"protected_branches": False, "custom_branch_policies": True}
    settings.environments["grader"] = Environment(policy, {1: "main"})
    rules: list[dict[str, Any]] = [{"type": kind} for kind in ("deletion", "non_fast_forward")]
    review = {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
    }
    rules += [{"type": "pull_request", "parameters": review}]
    settings.rulesets[1] = {"name": "main", "enforcement": "active", "rules": rules}
    hub.repository.labels.add("grader")
