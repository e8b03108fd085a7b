# HANDED IN AS: folder
"""Is a folder.

gain: the grader fails with an exception of its own
catalogue: [E1]
verdict: errored
observed: softmax/softmax.py is a folder, not a file
files:
- softmax/softmax.py
"""

