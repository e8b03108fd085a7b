"""Attempts → scores of members → progress of groups → tables, Markdown, HTML, CSV.

`build_report` returns a `CourseReport`; its `public` form is what may be published.
"""

from grader.report.build import CourseReport, build_report
from grader.report.explain import render_explanation, render_members
from grader.report.html import render_html
from grader.report.markdown import render_markdown
from grader.report.model import Aggregate, MemberProgress, PublicGroup, PublicReport, Report
from grader.report.rule import rule, sentences
from grader.report.scores import ScoreBook
from grader.report.spreadsheet import render_long, render_wide
from grader.report.table import render_table

__all__ = [
    "Aggregate",
    "CourseReport",
    "MemberProgress",
    "PublicGroup",
    "PublicReport",
    "Report",
    "ScoreBook",
    "build_report",
    "render_explanation",
    "render_html",
    "render_long",
    "render_markdown",
    "render_members",
    "render_table",
    "render_wide",
    "rule",
    "sentences",
]
