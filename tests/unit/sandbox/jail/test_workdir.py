"""A worker's folder on disk: its size, and its removal."""

import os
from pathlib import Path

from grader.sandbox.jail import workdir


def test_rooms_are_private_and_their_base_can_only_be_passed() -> None:
    """Others can enter a base, so that another user's worker finds its workdir, but not list it."""
    base = workdir.name_base()
    workdir.make_base(base)
    try:
        made = workdir.make(base)
        assert made.parent == base
        assert base.stat().st_mode & 0o777 == 0o711
        assert made.stat().st_mode & 0o777 == 0o700
    finally:
        workdir.remove(base)


def test_sizes_add_up_over_folders_and_deleted_files(tmp_path: Path) -> None:
    """Files in folders count together, and with those that are deleted and still open."""
    for name in ("a/b", "c"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(bytes(600_000))
    assert workdir.excess(tmp_path, 1) == "its files took more than 1 MiB"
    assert workdir.excess(tmp_path, 2) is None
    assert workdir.excess(tmp_path, 2, deleted=1 << 20) == "its files took more than 2 MiB"
    assert workdir.excess(tmp_path / "gone", 2, deleted=3 << 20) == "its files took more than 2 MiB"


def test_links_are_not_followed(tmp_path: Path) -> None:
    """What a link points to belongs to somebody else."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_bytes(bytes(2 << 20))
    inside = tmp_path / "workdir"
    inside.mkdir()
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "file").symlink_to(tmp_path / "outside" / "file")
    assert workdir.excess(inside, 1) is None
    workdir.remove(inside)
    assert (tmp_path / "outside" / "file").exists()


def test_very_many_entries_are_too_much(tmp_path: Path) -> None:
    """Empty files cost no blocks but have an end as well."""
    for number in range(10_001):
        (tmp_path / str(number)).touch()
    assert workdir.excess(tmp_path, 64) == "it made more than 10,000 files"


def test_a_path_too_long_to_look_into_is_too_much(tmp_path: Path) -> None:
    """Files cannot hide below a path that is longer than the kernel takes."""
    _dig(tmp_path, depth=60)
    assert workdir.excess(tmp_path, 64) == "it made a folder that cannot be listed"
    workdir.remove(tmp_path)


def test_a_missing_room_holds_nothing(tmp_path: Path) -> None:
    """A folder that is gone, or was never there, is not too large."""
    assert workdir.excess(tmp_path / "gone", 0) is None


def test_deleted_files_count_once_while_they_are_open(tmp_path: Path) -> None:
    """A deleted file counts by what it holds, however many descriptors it has."""
    before = workdir.deleted_bytes(os.getpid())
    with (tmp_path / "file").open("wb", buffering=0) as file:
        file.write(bytes(1 << 20))
        copy = os.dup(file.fileno())
        assert workdir.deleted_bytes(os.getpid()) == before
        (tmp_path / "file").unlink()
        assert workdir.deleted_bytes(os.getpid()) - before == 1 << 20
        os.close(copy)
    assert workdir.deleted_bytes(os.getpid()) == before


def test_a_process_that_ended_holds_nothing() -> None:
    """There is no error for a process that is gone."""
    assert workdir.deleted_bytes(1 << 30) == 0


def test_remove_copes_with_everything_a_student_can_leave(tmp_path: Path) -> None:
    """Closed folders, deep folders, links, pipes and odd names all go, and nothing else."""
    folder = tmp_path / "workdir"
    folder.mkdir()
    _dig(folder, depth=100)
    (folder / "closed" / "inner").mkdir(parents=True)
    (folder / "closed" / "inner" / "file").touch()
    (folder / "closed" / "inner").chmod(0)
    (folder / "closed").chmod(0)
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    (folder / "-rf\n*").touch()
    Path(os.fsdecode(bytes(folder) + b"/\xff")).mkdir()
    workdir.remove(folder)
    assert list(tmp_path.iterdir()) == []


def _dig(folder: Path, depth: int) -> None:
    """Folders in folders, deeper than a path can say."""
    back = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(depth):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
    finally:
        os.fchdir(back)
        os.close(back)
