"""Replaces every clock of Python by one that stands still, and never ends.

gain: a time limit that is measured in the same process never passes
catalogue: [A4, D5]
verdict: timed_out
observed: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
seconds: 0.5
"""

import time

for name in ("time", "monotonic", "perf_counter", "process_time"):
    setattr(time, name, lambda: 0.0)
while True:
    pass
