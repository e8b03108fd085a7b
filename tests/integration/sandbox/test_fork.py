"""The fork into namespaces that the C library knows nothing of."""

import os
import subprocess
import sys

FORKED = """
import ctypes, os, threading
from grader.sandbox.jail import kernel

os.register_at_fork(before=lambda: print("before", flush=True))
os.register_at_fork(after_in_child=lambda: print("in the child", flush=True))
place = ctypes.c_ulong()
kernel.prctl(kernel.PR_GET_TID_ADDRESS, ctypes.addressof(place))
child = kernel.fork(kernel.CLONE_NEWPID | (kernel.CLONE_NEWUSER if os.geteuid() else 0))
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
noted = ctypes.c_int.from_address(place.value).value
thread = threading.Thread(target=print, args=("a thread",), kwargs={"flush": True})
thread.start()
thread.join()
print(os.getpid(), noted, threading.get_native_id(), threading.active_count(), flush=True)
os._exit(7)
"""


def test_the_child_is_whole() -> None:
    """Python and the C library know themselves in the child, which is process 1 and has threads."""
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["before", "in the child", "a thread", "1 1 1 1"]
    assert done.returncode == 7


def test_a_refusal_says_which_call_and_why() -> None:
    """Where the kernel refuses, the error names the call, and no child is left."""
    script = (
        "import os\nfrom grader.sandbox.jail import kernel\n"
        "try: kernel.fork(kernel.CLONE_NEWNS | 0x200)\n"  # CLONE_FS: not with a new mount namespace
        "except OSError as error: print(error)\n"
        "try: os.waitpid(-1, 0)\n"
        "except ChildProcessError: print('no child')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        f"[Errno 22] clone3 0x20200: {os.strerror(22)}",
        "no child",
    ]
