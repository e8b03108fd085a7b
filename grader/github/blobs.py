"""A pull request's files as git objects of one commit; nothing of it is ever checked out.

`git` reads objects that were fetched before, without configuration of the machine or the user,
without hooks, filters or the network, and its answers are parsed as NUL-separated records.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.assignment import Assignment
from grader.course.folders import SIZE_CAP
from grader.course.placement import NAMED_CAP, misplaced
from grader.course.submission import Submission
from grader.errors import ConfigurationError, GraderError
from grader.harmless import on_one_line

FOLDER = "assignments"

_KINDS = {"120000": "a symbolic link", "160000": "a submodule", "040000": "a folder"}
_TIMEOUT = 60.0
_OUTPUT_CAP = 16 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """An object in a commit's tree; `size` is None for what has none."""

    mode: str
    oid: str
    size: int | None

    @property
    def regular(self) -> bool:
        """Whether it is a plain file, executable or not."""
        return self.mode in ("100644", "100755")


class Objects:
    """The git objects of a clone.

    Args:
        clone: its folder.
    """

    def __init__(self, clone: Path) -> None:
        self.clone = clone.resolve()

    def commit(self, name: str) -> str:
        """The commit that a name stands for.

        Raises:
            ConfigurationError: the clone does not hold it.
        """
        try:
            return (
                self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
            )
        except GraderError:
            raise ConfigurationError(f"{self.clone}: the commit {name} is not in it") from None

    def entries(self, commit: str, *paths: str) -> dict[str, Entry]:
        """What lies at `paths` in a commit; a path ending in a slash means all of a folder."""
        listing = self._git("ls-tree", "-z", "-l", "--full-tree", commit, "--", *paths)
        found = {}
        for record in listing.split(b"\0"):
            if record:
                head, _, name = record.partition(b"\t")
                mode, _, oid, size = head.decode("ascii").split()
                entry = Entry(mode, oid, int(size) if size.isdigit() else None)
                found[name.decode(errors="replace")] = entry
        return found

    def content(self, entry: Entry) -> bytes:
        """The bytes of a file."""
        return self._git("cat-file", "blob", entry.oid)

    def added(self, base: str, head: str) -> list[str]:
        """Names of files that the head has and the base has not."""
        listing = self._git(
            "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", "--name-only", base, head
        )
        return [name.decode(errors="replace") for name in listing.split(b"\0") if name]

    def _git(self, *arguments: str) -> bytes:
        command = [
            "git", "--no-replace-objects", "--literal-pathspecs", "--no-optional-locks",
            "-c", f"safe.directory={self.clone}",
            "-c", "core.hooksPath=/dev/null",
            "-c", "core.fsmonitor=false",
            "-c", "protocol.allow=never",
            *arguments,
        ]  # fmt: skip
        environment = {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
        }
        try:
            done = subprocess.run(
                command, cwd=self.clone, env=environment, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=_TIMEOUT, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GraderError(f"{self.clone}: git failed: {error}") from None
        if done.returncode or len(done.stdout) > _OUTPUT_CAP:
            said = done.stderr.decode(errors="replace").strip()[:200] or "too much output"
            raise GraderError(f"{self.clone}: git {arguments[0]} failed: {said}")
        return done.stdout


def read_pull_request(
    objects: Objects,
    assignments: Sequence[Assignment],
    *,
    base: str,
    head: str,
    member: str | None,
) -> Submission:
    """The submission that a head commit is: the files that differ from the base commit's stubs.

    A link, a submodule or a file above the cap is refused with a notice; an untouched stub counts
    as not started. When it was submitted is not for git to say: authors choose a commit's dates.
    """
    files: dict[str, dict[str, bytes]] = {}
    refused: dict[str, str] = {}
    untouched: list[str] = []
    for assignment in assignments:
        folder = f"{FOLDER}/{assignment.id}"
        paths = [f"{folder}/{name}" for name in assignment.files]
        stubs = objects.entries(base, *paths)
        handed_in = objects.entries(head, *paths)
        changed = {
            path: entry
            for path, entry in handed_in.items()
            if path not in stubs or (entry.oid, entry.regular) != (stubs[path].oid, True)
        }
        reasons = [why for path, entry in changed.items() if (why := _refusal(path, entry))]
        if not handed_in:
            # The folder itself may be a link or a submodule, in which git finds no path.
            place = objects.entries(head, folder).get(folder)
            if place is not None and place.mode != "040000":
                reasons.append(f"{folder} is {_kind(place)}, not a folder")
        if reasons:
            refused[assignment.id] = "; ".join(reasons)
        elif changed:
            files[assignment.id] = {
                path.rsplit("/", 1)[1]: objects.content(entry) for path, entry in handed_in.items()
            }
        elif handed_in:
            untouched.append(assignment.id)
    notices = [f"refused, and counted as not handed in: {why}" for why in refused.values()]
    if untouched:
        notices.append(f"not started, the file is still the stub: {', '.join(untouched)}")
    try:
        added = sorted(objects.added(base, head))
    except GraderError:  # a list beyond the cap is this pull request's own doing
        added = []
        notices.append("adds more files than are looked at; take out what is not asked for")
    homes = {
        name: f"{FOLDER}/{assignment.id}/{name}"
        for assignment in assignments
        if assignment.id not in files and assignment.id not in refused
        for name in assignment.files
    }
    placement = misplaced(added, homes, packed=not files and not refused)
    notices += [on_one_line(sentence) for sentence in placement]
    notices += _not_asked_for(added, assignments)
    return Submission(
        member=member,
        files=files,
        refused=refused,
        notices=tuple(notices),
        placement=tuple(placement),
        commit=head,
    )


def _refusal(path: str, entry: Entry) -> str | None:
    if not entry.regular:
        return f"{path} is {_kind(entry)}, not a file"
    if entry.size is None or entry.size > SIZE_CAP:
        return f"{path} is larger than {SIZE_CAP // 1024} KiB"
    return None


def _kind(entry: Entry) -> str:
    return _KINDS.get(entry.mode, "a file" if entry.regular else "something else")


def _not_asked_for(added: Sequence[str], assignments: Sequence[Assignment]) -> list[str]:
    known = {f"{FOLDER}/{a.id}/{name}" for a in assignments for name in a.files}
    odd = [name for name in added if name.startswith(f"{FOLDER}/") and name not in known]
    if not odd:
        return []
    shown = ", ".join(repr(name)[1:-1] for name in odd[:NAMED_CAP])
    more = f" and {len(odd) - NAMED_CAP} more" if len(odd) > NAMED_CAP else ""
    return [
        "a pull request counts only when it changes nothing but the files you are asked to edit; "
        f"take out: {shown}{more}"
    ]
