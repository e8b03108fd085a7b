"""Where student code runs: the warm process, the jail, the worker.

Three rooms, by whose rights a file runs with: `host` is trusted, `jail` builds the walls, `worker`
stands beside student code. What both sides agree on: `request`, what the host sends; `protocol`,
what is replied; `limits`.

The host (`host.sandbox.Sandbox`) starts one *warm* process by exec with an almost empty
environment; it imports torch, the worker and nothing secret, and waits on a control socket. For
each submission the host sends it two descriptors, a connection and an output pipe; the warm process
forks, and the child builds a *jail* around itself (`jail.enter`: namespaces where the system allows
them, always Landlock, seccomp, rlimits and no capability), reports that the jail stands, and only
then serves as the *worker*: it reads requests from the connection and answers with values.
`Worker.send` and `Worker.receive` are a request and its reply, bounded in time and size, while
everything the student prints is drained into a capped buffer. Meanwhile the warm process builds the
jail that the next worker finds ready. When the host closes a worker or dies, the worker is killed;
when a jail cannot be built, student code does not run and the host raises `SandboxError`.

    host.warm_process ─control socket─▶ jail.warm ─fork─▶ jail.launch ▸ jail.enter ▸ worker.session
    host.exchange ◀──────connection (frames), output pipe (text)───────────────────────────┘

Before the first worker is handed out, `host.selftest` tries the escapes that a jail must refuse.
"""
