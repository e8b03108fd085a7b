"""Run as a program: plays all attacks on one grader, as one kind of user at one level.

    python run_attacks.py PLACE USER LEVEL

PLACE holds a copy of the grader, the assignments and the attacks that everybody can read. Each
attack is graded, its `observed()` asked in a jail of its own, and then, as root now and then, the
reference solution graded.
Prints one line of JSON for each attack, and a last one about the grader itself.
"""

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

PLACE, USER, LEVEL = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
sys.path[:0] = [str(PLACE), str(PLACE / "tests" / "integration")]

from attack_files import Attack, read_attacks  # noqa: E402 - found in PLACE
from probes import at_rest, descendants  # noqa: E402
from torch import Tensor  # noqa: E402
from users import become  # noqa: E402

from grader.checking.draw import Draw  # noqa: E402
from grader.checking.failure import Failure  # noqa: E402
from grader.checking.student import Student  # noqa: E402
from grader.cli.common import denied_paths  # noqa: E402
from grader.course.assignment import Assignment, load_assignments  # noqa: E402
from grader.course.submission import Submission, read_submission  # noqa: E402
from grader.grading import Grader, open_context  # noqa: E402
from grader.plan import HIDDEN, Plan  # noqa: E402
from grader.result import Graded  # noqa: E402
from grader.sandbox.host.sandbox import Level, Sandbox  # noqa: E402
from grader.sandbox.protocol import Handle, Opaque  # noqa: E402
from grader.stopwatch import Stopwatch  # noqa: E402

SEED = 12345
"""Fixed for the figures of the learning attacks; the others do not depend on it."""

NEXT = {"user": 1, "root": 10}[USER]
"""After so many attacks the reference solution is graded."""

# A secret of the host's: `canary=` and 32 hexadecimal digits. Attacks look for it where they can.
SECRET = os.environ["GITHUB_TOKEN"]


def moment() -> datetime:
    """The time of grading."""
    return datetime(2026, 11, 21, tzinfo=UTC)


class Arena:
    """One open sandbox, and what is graded in it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.assignments = {a.id: a for a in load_assignments(PLACE / "assignments")}
        path = PLACE / "tests/specimens/softmax/passed/reference/softmax.py"
        self.reference = Submission(files={"softmax": {"softmax.py": path.read_bytes()}})

    def plan(self, attack: Attack) -> Plan:
        """What an attack is graded with: its assignment with its limits."""
        known = self.assignments[attack.assignment]
        limits = known.limits.model_copy(
            update={"seconds": attack.seconds, "total": attack.total, "memory": attack.memory}
        )
        return Plan([known.model_copy(update={"limits": limits})], HIDDEN, SEED)

    def play(self, attacks: list[Attack]) -> None:
        """Grade attacks of one plan and the reference, with one grader; print what came."""
        plan = self.plan(attacks[0])
        softmax = Plan([self.assignments["softmax"]], HIDDEN, SEED)
        grader = Grader(plan, self.sandbox, now=moment)
        for number, attack in enumerate(attacks, 1):
            submission = handed_in(attack, plan.assignments[0])
            before = traces(self.sandbox)
            begin = time.monotonic()
            graded = grader.grade(submission)
            graded_in = time.monotonic() - begin
            report = self.report(attack, submission, plan, graded)
            if number % NEXT == 0 or number == len(attacks):
                # The limits of an attack may not be those of honest code.
                same = plan.assignments == softmax.assignments
                following = grader if same else Grader(softmax, self.sandbox, now=moment)
                result = following.grade(self.reference).result
                report["next"] = [result.score, result.points]
            report["traces"] = traces(self.sandbox) == before
            report["graded_in"] = round(graded_in, 3)
            print(json.dumps(report, default=repr), flush=True)

    def report(
        self, attack: Attack, submission: Submission, plan: Plan, graded: Graded
    ) -> dict[str, Any]:
        """Everything there is to assert about one attack."""
        result = graded.result
        [assignment] = result.assignments
        text = result.to_json()
        begin = time.monotonic()
        observed, rss = self.observe(submission, plan)
        return {
            "id": attack.id,
            "verdict": assignment.verdict,
            "score": result.score,
            "checks": {c.id: c.verdict for c in assignment.checks if c.score},
            "observed": observed,
            "rss_mib": rss,
            "seconds": round(time.monotonic() - begin, 3),
            "result_bytes": len(text),
            "secret": SECRET in text,
            "faults": graded.faults[:1],
        }

    def observe(self, submission: Submission, plan: Plan) -> tuple[Any, int | None]:
        """What the attack's `observed()` returns, or how its process ends; its largest memory."""
        [assignment] = plan.assignments
        if assignment.id not in submission.files:
            return submission.refused[assignment.id], None
        context = open_context(submission, assignment, plan, self.sandbox, Stopwatch())
        process, _ = context.trials[0]
        worker = None
        observed: Any = None
        try:
            observed = shown(Student(process, Draw(0)).call("observed"))
            worker = process._worker
        except Failure as failure:
            observed = shown(f"{failure.verdict}: {failure.got}")
        finally:
            context.close()
        rss = worker.max_rss_kib if worker else None
        return observed, rss and rss // 1024


def shown(value: Any) -> Any:
    """A value of the jail's as JSON holds it; of a tensor its dtype and shape."""
    if isinstance(value, Tensor):
        return f"{str(value.dtype)[6:]} {list(value.shape)}"
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, Handle):
        return f"handle {value.number}"
    if isinstance(value, str) and len(value) > 300:
        return f"{value.rstrip('x …')} … {len(value)} characters"
    if isinstance(value, dict):
        return {key: shown(v) for key, v in value.items()}
    if isinstance(value, list):
        return [shown(v) for v in value] if len(value) < 100 else f"list of {len(value)}"
    return value


def handed_in(attack: Attack, assignment: Assignment) -> Submission:
    """The submission that a member hands in who hands in this attack."""
    folder = PLACE / "handed_in" / attack.id
    if not folder.is_dir():  # it was prepared where it takes more than writing a file
        [name] = assignment.files
        return Submission(files={assignment.id: {name: attack.source}})
    return read_submission(folder, [assignment])


def traces(sandbox: Sandbox) -> dict[str, object]:
    """What attacks could leave or change: processes, mounts, folders, descriptors."""
    at_rest(sandbox)
    assert sandbox._warm is not None
    assert sandbox._base is not None
    return {
        "warm": (sandbox._warm.process.pid, sandbox._warm.process.poll()),
        "processes": descendants(os.getpid()),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "folders": sorted(sandbox._base.iterdir()),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }


def kind_of(attack: Attack) -> tuple[str, float, float, int]:
    """What attacks have in common that are graded with one plan; a total of 0 is the default."""
    return attack.assignment, attack.seconds, attack.total or 0, attack.memory


def main() -> None:
    """Play all attacks, print what came."""
    if os.geteuid() == 0:
        become(USER, PLACE)
    chosen = sys.argv[4:]
    attacks = [a for a in read_attacks(PLACE / "tests/attacks") if not chosen or a.id in chosen]
    begin = time.monotonic()
    with Sandbox(Level(LEVEL), denied_paths=denied_paths()) as sandbox:
        arena = Arena(sandbox)
        for kind, same in groupby(sorted(attacks, key=kind_of), kind_of):
            group = list(same)
            size = len(group) if kind == ("softmax", 20, 0, 1024) else NEXT
            for start in range(0, len(group), size):
                arena.play(group[start : start + size])
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "host_rss_mib": usage.ru_maxrss // 1024,
        "seconds": round(time.monotonic() - begin, 1),
        "uid": os.getuid(),
    }))  # fmt: skip


main()
