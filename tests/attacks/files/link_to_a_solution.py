# HANDED IN AS: link ../../../tests/specimens/softmax/passed/reference/softmax.py
"""Is a symbolic link to the reference solution, relative to where the checkout may lie.

gain: full points
catalogue: [E1]
verdict: errored
observed: softmax/softmax.py is a symbolic link, not a file
files:
- softmax/softmax.py
"""

