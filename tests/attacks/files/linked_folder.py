# HANDED IN AS: link ../../tests/specimens/softmax/passed/reference
"""Hands in a symbolic link in the place of the assignment's folder.

gain: full points, from the folder of the reference solution
catalogue: [E1]
verdict: errored
observed: softmax/ is a symbolic link, not a folder
files:
- softmax
"""

