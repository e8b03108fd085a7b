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
sys.path[:0] = [str(PLACE), str(Path(__file__).parents[1])]

from users import become  # noqa: E402 - beside this folder

from grader.sandbox.host.sandbox import Level, Limits, Sandbox  # noqa: E402
from grader.sandbox.jail import privileges, readable  # noqa: E402 - found in PLACE

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


if os.geteuid() == 0:
    become(sys.argv[2], PLACE)
with (
    Sandbox(Level(sys.argv[3]), worker=f"{PLACE}/probe_worker.py", preload=()) as sandbox,
    sandbox.start_worker(Limits()) as worker,
):
    replies = [json.loads(worker.ask(p.encode(), seconds=60, max_reply=999)) for p in PROBES]
closed = [p for p in readable.library_roots(()) if not privileges.reachable_for_others(p)]
print(json.dumps([os.getuid(), not closed, *replies]))
