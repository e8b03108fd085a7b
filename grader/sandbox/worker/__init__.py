"""What runs beside student code, inside the jail, and answers with values.

`session` serves the requests, after a `rehearsal` in the warm process; `standins` and
`harmless_imports` take the place of the outside world;
`trace`, `updates`, `call_recorder` and `call_scanner` see what the student's code does.
"""
