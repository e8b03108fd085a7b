"""The trusted side: starts the warm process, asks workers, bounds what a reply may cost.

In reading order: `sandbox`, `exchange`, `watch`, `selftest`; `unjailed` for a student's
own machine.
"""
