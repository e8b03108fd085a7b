"""Raises an exception whose type and message are workflow commands, Markdown and control codes.

gain: an annotation in the log of the grading job, a mention or a link in the comment
catalogue: [F4, F6]
verdict: errored
observed: 'errored: ::error ::owned: ::stop-commands::x (line 13 of softmax.py: `raise Hostile("::stop-commands::x")`)'
"""

Hostile = type("::error ::owned", (Exception,), {})


def observed():
    raise Hostile("::stop-commands::x")


def softmax(z, dim=-1):
    raise Hostile("\n::error file=x::owned\n##[error]owned\x1b]0;owned\x07 @everyone [x](http://x.invalid) <!-- -->")
