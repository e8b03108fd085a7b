# HANDED IN AS: bytes 10000000
"""Is a file of ten megabytes.

gain: the grader's memory, or a parser that never ends
catalogue: [D8]
verdict: errored
observed: softmax/softmax.py is larger than 256 KiB
files:
- softmax/softmax.py
"""

import this
