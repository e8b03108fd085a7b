# HANDED IN AS: FIFO
"""Is a FIFO, on which whoever opens it waits for ever.

gain: the grader waits for ever
catalogue: [E1, D5]
verdict: errored
observed: softmax/softmax.py is a FIFO, not a file
files:
- softmax/softmax.py
"""

