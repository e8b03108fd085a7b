# HANDED IN AS: link /proc/self/environ
"""Is a symbolic link to the environment of whoever follows it.

gain: the grader's tokens, in a message about a syntax error
catalogue: [E1]
verdict: errored
observed: softmax/softmax.py is a symbolic link, not a file
files:
- softmax/softmax.py
"""

