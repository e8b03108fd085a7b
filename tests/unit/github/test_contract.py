"""The judge of the double: it notices what GitHub's description forbids."""

import json

import pytest

from tests.github.contract import CONTRACT, FILE

ISSUES = "POST /repos/{owner}/{repo}/issues"
RUNS = "POST /repos/{owner}/{repo}/check-runs"
LIST = "GET /repos/{owner}/{repo}/issues"


@pytest.mark.parametrize(
    ("name", "query", "body"),
    [
        (ISSUES, {}, {"body": "no title"}),
        (ISSUES, {}, {"title": "t", "bdoy": "x"}),
        (ISSUES, {}, {"title": "t", "labels": "grader"}),
        (RUNS, {}, {"name": "n", "head_sha": "s", "conclusion": "great"}),
        (RUNS, {}, {"name": "n", "head_sha": "s",
                    "output": {"title": "t", "summary": "x" * 65_536}}),
        (LIST, {"state": "opened"}, None),
        (LIST, {"lables": "x"}, None),
        (LIST, {}, {"state": "all"}),
    ],
)  # fmt: skip
def test_bad_requests(name: str, query: dict[str, str], body: object) -> None:
    """A missing, misspelled, mistyped or invented part of a request is a fault."""
    assert CONTRACT.request_faults(name, query, body)


def test_good_request() -> None:
    """A proper request has no fault."""
    body = {"title": "t", "body": "b", "labels": ["grader"]}
    assert CONTRACT.request_faults(ISSUES, {}, body) == []
    assert CONTRACT.request_faults(LIST, {"state": "all", "per_page": "100"}, None) == []


def test_answers() -> None:
    """The smallest value of a schema is valid, and one key less is not."""
    issue = CONTRACT.of("issue")
    assert CONTRACT.answer_faults(ISSUES, 201, issue) == []
    del issue["number"]
    assert CONTRACT.answer_faults(ISSUES, 201, issue)
    assert CONTRACT.answer_faults(ISSUES, 299, None)


def test_unknown_operation() -> None:
    """A path that is none of the operations is found to be none."""
    assert CONTRACT.find("GET", "/repos/a/b/milestones") is None
    assert CONTRACT.find("DELETE", "/repos/a/b") is None


def test_contract_is_names_and_types_only() -> None:
    """The stored description holds no prose."""
    text = FILE.read_text(encoding="utf-8")
    assert len(text) < 150_000
    assert '"description":"' not in text.replace('"description":{', "")
    assert json.loads(text)["source"].startswith("@octokit/openapi ")
