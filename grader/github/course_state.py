"""What people do to a course's repository that no setting prevents: named, and left to people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from github.Repository import Repository

from grader.amounts import counted
from grader.course.assignment import Assignment
from grader.course.roster import Roster
from grader.github.blobs import FOLDER
from grader.github.client import login_of
from grader.github.settings import Setting, text_of
from grader.github.signing import Signing

WORKFLOWS = ("grade.yml", "publish.yml", "report.yml")
"""What a course cannot do without."""

NAMED = 5
"""So many offenders are named in a sentence; the others are counted."""


@dataclass(frozen=True)
class CourseState:
    """What is on the default branch, and who may write there.

    Args:
        repository: of the course.
        assignments: whose stubs lie there.
        roster: who is a student.
        signing: knows the public key.
    """

    repository: Repository
    assignments: Sequence[Assignment]
    roster: Roster
    signing: Signing

    def all(self) -> list[Setting]:
        """Each of them."""
        branch = self.repository.default_branch
        return [
            Setting("students' rights",
                    "who may write can edit comments, workflows and checks",
                    "Metadata", self._writers, None,
                    "set them to Read, or remove them, under Settings → Collaborators"),
            Setting("groups.yaml", f"the workflows verify with the key that is on {branch}",
                    "Contents", self._pushed_key, None,
                    "git add groups.yaml && git commit -m 'The signing key' && git push"),
            Setting("stubs", "everybody starts from a solution, and reads it",
                    "Contents", self._stubs, None,
                    "undo it: git revert COMMIT (git revert -m 1 for a merge), then git push"),
            Setting("workflows", "without them nothing is graded, published or reported",
                    "Actions", self._workflows, None,
                    "enable it under Actions, or push the file"),
        ]  # fmt: skip

    def _writers(self) -> str | None:
        people = self.repository.get_collaborators(affiliation="all", permission="push")
        found = [one.login for one in people if self.roster.find_login(one.login)]
        return f"{_named(found)} may write to the repository" if found else None

    def _pushed_key(self) -> str | None:
        text = text_of(self.repository, "groups.yaml")
        branch = self.repository.default_branch
        if text is None:
            return f"it is not on {branch}"
        match = re.search(r"^signing_key:[ \t]*[\"']?([A-Za-z0-9+/=]+)", text, re.MULTILINE)
        if self.signing.public is None or match is None or match[1] != self.signing.public:
            return f"{branch} does not have the signing_key of your groups.yaml"
        return None

    def _stubs(self) -> str | None:
        faults = []
        for assignment in self.assignments:
            paths = [f"{FOLDER}/{assignment.id}/{name}" for name in assignment.files]
            text = "\n".join(text_of(self.repository, path) or "" for path in paths)
            if solved := solved_tasks(text, [task.number for task in assignment.tasks]):
                numbers = ", ".join(map(str, solved))
                last = self._last_commit(paths[0])
                faults.append(f"{paths[0]} has no stub of task {numbers}{last}")
        return "; ".join(faults) or None

    def _last_commit(self, path: str) -> str:
        for commit in self.repository.get_commits(path=path):
            return f" (commit {commit.sha[:7]} of {login_of(commit.author) or 'somebody'})"
        return ""

    def _workflows(self) -> str | None:
        known = {one.path: one.state for one in self.repository.get_workflows()}
        faults = []
        for name in WORKFLOWS:
            state = known.get(f".github/workflows/{name}", "not there")
            if state != "active":
                faults.append(f"{name} is {state.replace('_', ' ')}")
        return "; ".join(faults) or None


def solved_tasks(text: str, tasks: Sequence[int]) -> list[int]:
    """Those tasks whose stub is not in `text`: its `# TODO (task N):`, and the raise after it."""
    solved = []
    for number in tasks:
        mark = rf"# TODO \(task {number}\):"
        marks = re.findall(mark, text)
        # The comment may go on for some lines.
        raised = rf"{mark}[^\n]*\n(?:[ \t]*#[^\n]*\n)*[ \t]*raise NotImplementedError"
        stubs = re.findall(raised, text)
        if not marks or len(stubs) < len(marks):
            solved.append(number)
    return solved


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return f"{shown} and {counted(more, 'other')}" if more > 0 else shown
