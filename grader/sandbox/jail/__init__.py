"""What stands between: from the warm process to a jail that student code cannot leave.

In reading order: `warm`, `launch`, `enter`, then what a jail is made of: `workdir`, `readable`,
`namespaces`, `privileges`, `rlimits`, `landlock`, `seccomp` with its data `syscalls`, and `kernel`,
the few calls that Python has no words for. `escapes` are what the self-test tries.
"""
