"""Submissions: the files a member hands in, read without trusting a single path.

Only the files named in `assignment.yaml` are read, through `folders`: never through a link.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from unicodedata import normalize

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from grader.course.assignment import Assignment, pick
from grader.course.folders import Folder, RefusedError, open_folder, read_file, why
from grader.course.placement import ENTRY_CAP, JUNK, NAMED_CAP, misplaced, within
from grader.course.roster import normalize_key
from grader.errors import ConfigurationError

HANDOUT = {"README.md", "hints.md", "assignment.yaml", "test_public.py", "__pycache__"}
"""What lies beside the stubs in a checkout: not worth a notice."""

Files = Mapping[str, Mapping[str, bytes]]
"""Assignment id → file name → content."""


def content_digest(files: Files) -> str:
    """`sha256:` and the hex SHA-256 of what was handed in.

    Hashed after `grader/submission/v1`, for every file, sorted by assignment and name: the id, the
    file's name and the content, each after its length in bytes as 8 bytes, big-endian. The lengths
    keep two different submissions from running into the same bytes.
    """
    digest = hashlib.sha256(b"grader/submission/v1")
    for assignment in sorted(files):
        for name in sorted(files[assignment]):
            for part in (assignment.encode(), name.encode(), files[assignment][name]):
                digest.update(len(part).to_bytes(8, "big") + part)
    return f"sha256:{digest.hexdigest()}"


class Submission(BaseModel):
    """One member's files at one commit.

    Args:
        member: the key in the roster, where known.
        files: assignment id → file name → content; only what was handed in and may be graded.
        refused: assignment id → why a file of it was not read.
        notices: sentences for the student.
        placement: those of the notices that are about work in another place than it belongs.
        commit: the commit the files were taken from.
        submitted_at: when they were handed in.
        left_out: assignments of which nothing is to be graded now; the result does not have them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    member: str | None = None
    files: dict[str, dict[str, bytes]] = Field(default_factory=dict)
    refused: dict[str, str] = Field(default_factory=dict)
    notices: tuple[str, ...] = ()
    placement: tuple[str, ...] = ()
    commit: str | None = None
    submitted_at: AwareDatetime | None = None
    left_out: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> str:
        """The content digest that identifies the submission; see `content_digest`."""
        return content_digest(self.files)


def read_submission(
    folder: Path,
    assignments: Sequence[Assignment],
    *,
    member: str | None = None,
    only: Collection[str] = (),
    commit: str | None = None,
    submitted_at: datetime | None = None,
) -> Submission:
    """The submission in `folder`, which is shaped like `assignments/`.

    A whole checkout, with `assignments/` in it, and files that lie beside each other are read as
    well, with a notice, where only one assignment can be meant.

    Args:
        folder: holds `<assignment id>/<file>`; any subset.
        assignments: whose files are read.
        member: the key in the roster.
        only: ids to read; all when empty.
        commit: the commit the files were taken from.
        submitted_at: when they were handed in.

    Raises:
        ConfigurationError: no such folder, a link or a file in its place, or an id in `only`
            that is none. What a student can do wrong is a notice instead.
    """
    wanted = pick(assignments, only)
    files: dict[str, dict[str, bytes]] = {}
    refused: dict[str, str] = {}
    ignored: list[str] = []
    placement: list[str] = []
    try:
        with open_folder(folder) as root:
            ignored += _strangers(root, "", HANDOUT | {assignment.id for assignment in assignments})
            for assignment in wanted:
                found, reasons = _read_assignment(root, assignment, ignored)
                if not found and not reasons:
                    found, reasons = _read_elsewhere(
                        root, assignment, assignments, ignored, placement
                    )
                if found:
                    files[assignment.id] = found
                if reasons:
                    refused[assignment.id] = "; ".join(reasons)
    except FileNotFoundError:
        raise ConfigurationError(f"{folder} does not exist; name a submission folder") from None
    except (RefusedError, OSError) as error:
        raise ConfigurationError(f"{folder} cannot be read as a submission: {error}") from error
    notices = [f"refused, so it earns nothing: {reason}" for reason in refused.values()]
    missing = [one for one in wanted if one.id not in files and one.id not in refused]
    if missing:
        paths = (path.relative_to(folder) for path in islice(within(folder, depth=3), ENTRY_CAP))
        homes = {name: f"{one.id}/{name}" for one in missing for name in one.files}
        placement += misplaced(
            (path.as_posix() for path in paths), homes, packed=not files and not refused
        )
    notices += placement
    notices += _ignored_notice(ignored)
    if not files and not refused:
        notices.append("nothing to grade: the folder holds no file of any assignment")
    return Submission(
        member=member,
        files=files,
        refused=refused,
        notices=tuple(notices),
        placement=tuple(placement),
        commit=commit,
        submitted_at=submitted_at,
    )


def read_cohort(
    folder: Path, assignments: Sequence[Assignment], *, only: Collection[str] = ()
) -> list[Submission]:
    """The submissions in the sub-folders of `folder`, sorted by member.

    A sub-folder's name, in NFC, is the member's key; those of `passed_over` are left out. A
    symbolic link in the place of one is a submission of which everything is refused.

    Raises:
        ConfigurationError: no such folder, no sub-folder, two for one member, or the folder is
            itself one submission.
    """
    wanted = pick(assignments, only)
    if folder.is_symlink() or not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder; it should hold one for each member")
    submissions: dict[str, Submission] = {}
    for path in sorted(folder.iterdir()):
        if not _may_be_a_member(path):
            continue
        try:
            member = normalize("NFC", path.name.encode().decode())
        except UnicodeEncodeError:
            raise ConfigurationError(f"{path!r}: the name is not UTF-8; rename it") from None
        if normalize_key(member) in submissions:
            raise ConfigurationError(f'{folder} holds two folders for "{member}"; remove one')
        if path.is_symlink():
            reason = "the submission is a symbolic link"
            submission = Submission(
                member=member,
                refused={assignment.id: reason for assignment in wanted},
                notices=(f"refused, so it earns nothing: {reason}",),
            )
        else:
            submission = read_submission(path, assignments, member=member, only=only)
        submissions[normalize_key(member)] = submission
    if submissions and set(submissions) <= {
        "assignments",
        *(normalize_key(a.id) for a in assignments),
    }:
        raise ConfigurationError(
            f"{folder} looks like one submission, not like a folder for each member: its folders "
            f"are {', '.join(sorted(submissions))}"
        )
    if not submissions:
        raise ConfigurationError(f"{folder} has no sub-folder; it should hold one for each member")
    return [submissions[key] for key in sorted(submissions)]


def passed_over(folder: Path) -> list[str]:
    """What lies in a cohort's folder and is no member's: what is to be said of it, by name."""
    return [
        path.name + ("/" if path.is_dir() else " (unpack it)" if path.suffix == ".zip" else "")
        for path in sorted(folder.iterdir())
        if not _may_be_a_member(path)
    ]


def _may_be_a_member(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name in JUNK
    return not hidden and (path.is_dir() or path.is_symlink())


def _read_assignment(
    root: Folder, assignment: Assignment, ignored: list[str]
) -> tuple[dict[str, bytes], list[str]]:
    """The files of one assignment, and why others were refused; adds to `ignored`."""
    found: dict[str, bytes] = {}
    reasons: list[str] = []
    try:
        with open_folder(assignment.id, root) as folder:
            handout = HANDOUT | assignment.tables
            ignored += _strangers(folder, f"{assignment.id}/", handout | set(assignment.files))
            for name in assignment.files:
                try:
                    found[name] = read_file(name, folder)
                except FileNotFoundError:
                    continue
                except (RefusedError, OSError) as error:
                    reasons.append(f"{assignment.id}/{name} {why(error)}")
    except FileNotFoundError:
        pass
    except (RefusedError, OSError) as error:
        reasons.append(f"{assignment.id}/ {why(error)}")
    return found, reasons


def _read_elsewhere(
    root: Folder,
    assignment: Assignment,
    assignments: Sequence[Assignment],
    ignored: list[str],
    placement: list[str],
) -> tuple[dict[str, bytes], list[str]]:
    """The same in a whole checkout, or from files that lie loose and bear one stub's name.

    Work in both places is refused: which of them is meant would be a guess.
    """
    found: dict[str, bytes] = {}
    reasons: list[str] = []
    try:
        with open_folder("assignments", root) as checkout:
            found, reasons = _read_assignment(checkout, assignment, [])
    except (FileNotFoundError, RefusedError):
        pass
    loose = {}
    for name in assignment.files:
        if sum(name in other.files for other in assignments) == 1:
            with suppress(FileNotFoundError, RefusedError):
                loose[name] = read_file(name, root)
    if found and loose and found != loose:
        places = f"assignments/{assignment.id}/ and {', '.join(loose)}"
        return {}, [f"{assignment.id}: different work in {places}; keep {assignment.id}/ alone"]
    for taken, place in ((found, f"assignments/{assignment.id}/"), (loose, "")):
        for name in taken:
            # What was read is not to be called ignored.
            ignored[:] = [one for one in ignored if one not in (name, "assignments/")]
            placement.append(f"read from {place}{name}; it belongs in {assignment.id}/{name}")
    return found or loose, reasons


def _strangers(folder: Folder, prefix: str, known: Collection[str]) -> list[str]:
    """Names in `folder` that nobody asked for, a folder's with a slash."""
    with os.scandir(folder) as entries:
        return [
            prefix + entry.name + ("/" if entry.is_dir(follow_symlinks=False) else "")
            for entry in islice(entries, ENTRY_CAP)
            if entry.name not in known
        ]


def _ignored_notice(ignored: Iterable[str]) -> list[str]:
    """At most one sentence, of bounded length whatever the folder holds."""
    # File names are bytes to Linux; what is not UTF-8 cannot be shown.
    names = sorted(name.encode(errors="replace").decode() for name in ignored)
    if not names:
        return []
    shown = ", ".join(names[:NAMED_CAP])
    more = f" and {len(names) - NAMED_CAP} more" if len(names) > NAMED_CAP else ""
    return [f"ignored, because only the files of the assignments are read: {shown}{more}"]
