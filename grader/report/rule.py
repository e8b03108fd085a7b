"""How the figures of a report come about, in words."""

from grader.report.model import PublicReport, Report


def rule(report: Report | PublicReport) -> str:
    """How the figures come about, in one sentence."""
    aggregate = {"min": "minimum", "max": "maximum"}.get(report.aggregate, report.aggregate)
    missing = "counts as zero" if report.policy.missing == "zero" else "is left out"
    return (
        f"Progress of a group = {aggregate} of its members' totals, with each member's "
        f"{report.policy.attempt} attempt at every assignment; a member without an attempt "
        f"{missing}."
    )


def sentences(report: Report | PublicReport) -> tuple[str, ...]:
    """The rule, and whatever else of the policy has a bearing on the figures."""
    found = [rule(report)]
    if report.aggregate == "median":
        found.append("With an even number of members the median is the mean of the middle two.")
    if report.policy.minimum > 1:
        found.append(f"A group with fewer than {report.policy.minimum} counted members has none.")
    found += [late.sentence(name) for name, late in report.policy.late.items()]
    return tuple(found)
