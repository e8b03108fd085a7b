"""Cut GitHub's OpenAPI description down to the operations that the grader uses.

    npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
    python tests/github/contract/trim.py package/generated/api.github.com.json

writes `openapi.json` beside this file: names and types only, as JSON Schema. The description is
MIT-licensed; its licence lies beside it.
"""

import json
import sys
from pathlib import Path
from typing import Any

OPERATIONS = (
    "GET /user",
    "GET /rate_limit",
    "GET /repos/{owner}/{repo}",
    "GET /repos/{owner}/{repo}/pulls",
    "GET /repos/{owner}/{repo}/pulls/{pull_number}",
    "GET /repos/{owner}/{repo}/compare/{basehead}",
    "GET /repos/{owner}/{repo}/issues",
    "POST /repos/{owner}/{repo}/issues",
    "GET /repos/{owner}/{repo}/issues/{issue_number}",
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "GET /repos/{owner}/{repo}/issues/comments",
    "GET /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "GET /repos/{owner}/{repo}/labels/{name}",
    "POST /repos/{owner}/{repo}/labels",
    "POST /repos/{owner}/{repo}/check-runs",
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    "GET /repos/{owner}/{repo}/actions/runs",
    # setting the course up, and approving runs
    "PATCH /repos/{owner}/{repo}",
    "GET /repos/{owner}/{repo}/actions/permissions",
    "PUT /repos/{owner}/{repo}/actions/permissions",
    "GET /repos/{owner}/{repo}/actions/permissions/selected-actions",
    "PUT /repos/{owner}/{repo}/actions/permissions/selected-actions",
    "GET /repos/{owner}/{repo}/actions/permissions/workflow",
    "PUT /repos/{owner}/{repo}/actions/permissions/workflow",
    "GET /repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval",
    "PUT /repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval",
    "GET /repos/{owner}/{repo}/actions/permissions/fork-pr-workflows-private-repos",
    "PUT /repos/{owner}/{repo}/actions/permissions/fork-pr-workflows-private-repos",
    "GET /repos/{owner}/{repo}/environments/{environment_name}",
    "PUT /repos/{owner}/{repo}/environments/{environment_name}",
    "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
    "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
    "DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies"
    "/{branch_policy_id}",
    "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets",
    "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key",
    "PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
    "GET /repos/{owner}/{repo}/actions/secrets",
    "GET /repos/{owner}/{repo}/actions/workflows",
    "POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve",
    "GET /repos/{owner}/{repo}/collaborators",
    "GET /repos/{owner}/{repo}/contents/{path}",
    "PUT /repos/{owner}/{repo}/contents/{path}",
    "POST /repos/{owner}/{repo}/dispatches",
    "GET /repos/{owner}/{repo}/commits",
    "GET /repos/{owner}/{repo}/rules/branches/{branch}",
    "GET /repos/{owner}/{repo}/rulesets",
    "POST /repos/{owner}/{repo}/rulesets",
    "PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}",
    "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
    "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    "GET /repos/{owner}/{repo}/actions/artifacts",
    "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
)

FORGOTTEN = (
    ("pull-request", "user"),
    ("pull-request", "head", "repo"),
    ("pull-request-simple", "head", "repo"),
    ("workflow-run", "head_repository"),
)
"""What GitHub answers with null once an account or a fork is deleted, though it does not say so."""

KEPT = ("type", "properties", "required", "items", "enum", "oneOf", "anyOf", "allOf")
KEPT += ("additionalProperties", "maxLength", "$ref")


class Trimmer:
    """Copies operations out of a description, with whatever they refer to."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.description = description
        self.schemas: dict[str, Any] = {}

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """What a reference outside `schemas` points to."""
        while "$ref" in node:
            target: Any = self.description
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def schema(self, node: Any) -> Any:
        """A schema without prose, and with null where the description only says `nullable`."""
        if not isinstance(node, dict):
            return node
        out = {key: node[key] for key in KEPT if key in node}
        if "$ref" in out:
            name = out["$ref"].rsplit("/", 1)[1]
            out = {"$ref": f"#/$defs/{name}"}
            if name not in self.schemas:
                self.schemas[name] = None  # it may refer to itself
                self.schemas[name] = self.schema(self.description["components"]["schemas"][name])
            return out
        if "properties" in out:
            out["properties"] = {k: self.schema(v) for k, v in out["properties"].items()}
        for key in ("items", "additionalProperties"):
            if key in out:
                out[key] = self.schema(out[key])
        for key in ("oneOf", "anyOf", "allOf"):
            if key in out:
                out[key] = [self.schema(part) for part in out[key]]
        return self.nullable(out) if node.get("nullable") else out

    @staticmethod
    def nullable(schema: dict[str, Any]) -> dict[str, Any]:
        """`schema`, or null: the description forgets null in enums and beside `oneOf`."""
        return {"anyOf": [schema, {"type": "null"}]}

    def operation(self, name: str) -> dict[str, Any]:
        """The parameters, the body and the answers of one operation."""
        method, path = name.split(" ")
        item = self.description["paths"][path]
        source = item[method.lower()]
        parameters = [self.resolve(p) for p in [*item.get("parameters", []), *source["parameters"]]]
        query = {p["name"]: self.schema(p["schema"]) for p in parameters if p["in"] == "query"}
        out: dict[str, Any] = {"query": query, "responses": {}}
        if "requestBody" in source:
            body = self.resolve(source["requestBody"])
            out["body"] = self.schema(body["content"]["application/json"]["schema"])
        for status, response in source["responses"].items():
            content = self.resolve(response).get("content", {})
            # A 4xx may be of several media types; GitHub's own is the plain one.
            media = next((m for m in content if m.startswith("application/json")), None)
            out["responses"][status] = self.schema(content[media]["schema"]) if media else None
        return out


def main() -> None:
    """Write `openapi.json` from the description named on the command line."""
    description = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for path in description["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.setdefault("parameters", [])
    trimmer = Trimmer(description)
    operations = {name: trimmer.operation(name) for name in OPERATIONS}
    for name, *path in FORGOTTEN:
        node = trimmer.schemas[name]
        for key in path[:-1]:
            node = node["properties"][key]
        node["properties"][path[-1]] = trimmer.nullable(node["properties"][path[-1]])
    contract = {
        "source": f"@octokit/openapi {description['info']['version']}",
        "operations": operations,
        "$defs": dict(sorted(trimmer.schemas.items())),
    }
    text = json.dumps(contract, ensure_ascii=False, separators=(",", ":"))
    Path(__file__).with_name("openapi.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
