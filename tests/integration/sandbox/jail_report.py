"""Run as a program: becomes a kind of user, opens a sandbox, reports what its worker can do.

    python jail_report.py PLACE WHO LEVEL

PLACE holds a copy of the grader that everybody can read. Prints JSON: the user outside, whether
Python's libraries can be reached by others, and the replies of one worker to `PROBES`.
"""

import json
import os
import sys
from pathlib import Path

PLACE = Path(sys.argv[1])
sys.path.insert(0, str(PLACE))

from grader.sandbox import kernel, privileges, readable  # noqa: E402 - found in PLACE
from grader.sandbox.host import Level, Limits, Sandbox  # noqa: E402

PROBES = (
    "import os; result = os.getuid()",
    "import pandas, yaml; result = pandas.DataFrame({'a': [1]}).a[0].item()",
    "open('/etc/passwd')",
    f"open('{PLACE}/grader/errors.py')",
    "import os; os.fork()",
    "import socket; socket.socket()",
    "open('a', 'w').write('x'); result = open('a').read()",
    "import os; os.kill(os.getppid(), 0)",
    """
import ctypes, struct
sets = ctypes.create_string_buffer(24)
ctypes.CDLL(None).capget(struct.pack('Ii', 0x20080522, 0), sets)
result = sets.raw.hex()
""",
)


def open_up() -> None:
    """Make Python reachable for everybody, in a mount namespace of this process's own."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix)}
    folders = {folder for prefix in prefixes for folder in (prefix, *prefix.parents)}
    closed = sorted(folder for folder in folders if not folder.stat().st_mode & 1)
    if not closed:
        return
    inside = [prefix for prefix in prefixes if prefix.is_relative_to(closed[0])]
    stash = PLACE / "stash"
    stash.mkdir()
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount(None, Path("/"), None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", stash, "tmpfs", 0, "mode=755")
    for number, prefix in enumerate(inside):
        (stash / str(number)).mkdir()
        kernel.mount(str(prefix), stash / str(number), None, kernel.MS_BIND | kernel.MS_REC)
    kernel.mount("tmpfs", closed[0], "tmpfs", 0, "mode=755")
    for number, prefix in enumerate(inside):
        prefix.mkdir(parents=True)
        kernel.mount(str(stash / str(number)), prefix, None, kernel.MS_BIND | kernel.MS_REC)


def become(who: str) -> None:
    """Change this process, started by root, into the kind of user that `who` names."""
    if who in ("user", "user namespace"):
        open_up()
        privileges.become(privileges.NOBODY)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    if who == "user namespace":
        kernel.unshare(kernel.CLONE_NEWUSER)
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", "0 65534 1"),
            ("gid_map", "0 65534 1"),
        ):
            Path("/proc/self", name).write_text(line)
    if who == "open root":
        open_up()
    if who == "powerless root":
        privileges.drop_capabilities()


if os.geteuid() == 0:
    become(sys.argv[2])
with (
    Sandbox(Level(sys.argv[3]), worker=f"{PLACE}/probe_worker.py", preload=()) as sandbox,
    sandbox.start_worker(Limits()) as worker,
):
    replies = [json.loads(worker.ask(p.encode(), seconds=60, max_reply=999)) for p in PROBES]
closed = [p for p in readable.library_roots(()) if not privileges.reachable_for_others(p)]
print(json.dumps([os.getuid(), not closed, *replies]))
