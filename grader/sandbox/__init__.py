"""Where student code runs: the warm process, the jail, the worker.

The host (`host.Sandbox`) starts one *warm* process by exec with an almost empty environment; it
imports torch, the worker and nothing secret, and waits on a control socket. For each submission
the host sends it two descriptors, a connection and an output pipe; the warm process forks, and
the child builds a *jail* around itself (`jail`: namespaces where the system allows them, always
Landlock, seccomp, rlimits and no capability), reports that the jail stands, and only then serves
as the *worker*: it reads requests from the connection and answers with values. `host.Worker.ask`
is one request and its reply, bounded in time and size, while everything the student prints is
drained into a capped buffer. When the host closes a worker or dies, the worker is killed; when a
jail cannot be built, student code does not run and the host raises `SandboxError`.

    host.Sandbox ──control socket──▶ warm ──fork──▶ launch ▸ jail ▸ worker.serve
    host.Worker ◀──────connection (frames), output pipe (text)───────▶ ┘

Before the first worker is handed out, `selftest` tries the `escapes` that a jail must refuse.

Files in reading order: `limits`, `host`, `exchange`, `watch`, `room`, `warm`, `launch`, `jail`,
then what the jail is made of: `readable`, `namespaces`, `privileges`, `rlimits`, `landlock`,
`seccomp` with its data `syscalls`, and `kernel`, the few calls that Python has no words for.
"""
