"""A local GitHub for tests: stateful, over real HTTP, judged by GitHub's own description.

What the description does not say but GitHub does is modelled here: pages of at most 100 with Link
headers, pull requests among the issues, writes that are not seen at once, rights and their 403,
404 and 422, rate limits, failures before and after the deed, bodies too large, redirects of a
renamed repository. `violations` must be empty at the end of each test.
"""

import copy
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.github.answers import Answers, Redirect, RefusedError
from tests.github.contract import CONTRACT
from tests.github.state import Fault, Repository, User

STORAGE = "/storage-of-artifacts/"

Handler = Callable[..., tuple[int, Any]]


class Double:
    """The server's side: state, faults, and the record of what happened.

    Args:
        judge: whether to check every request and answer; measurements of time leave it out.

    `forgotten`: operation → the places in its answers where null stands. `others`: repositories
    beside the course's, each with its own users; a path without a repository is the course's.
    """

    def __init__(self, *, judge: bool = True) -> None:
        self.judge = judge
        self.repository = Repository()
        self.others: list[Repository] = []
        self.faults: list[Fault] = []
        self.forgotten: dict[str, list[tuple[str, ...]]] = {}
        self.violations: list[str] = []
        self.log: list[tuple[str, str, int, float]] = []
        self.url = ""
        self.answers = Answers(self)
        self.lock = threading.Lock()

    def requests(self, method: str, path: str = "") -> int:
        """How many requests of a kind have come."""
        return sum(m == method and bool(re.search(path, p)) for m, p, _, _ in self.log)

    def handle(
        self, method: str, target: str, headers: dict[str, str], raw: bytes
    ) -> tuple[int, dict[str, str], Any]:
        """The answer to a request; status 0 means that the connection breaks."""
        course = self.repository
        for one in self.others:
            if f"{target}/".lower().startswith(f"/repos/{one.name}/".lower()):
                self.repository = one
        try:
            return self._handle(method, target, headers, raw)
        finally:
            self.repository = course

    def _handle(
        self, method: str, target: str, headers: dict[str, str], raw: bytes
    ) -> tuple[int, dict[str, str], Any]:
        parts = urlsplit(target)
        path, query = parts.path, dict(parse_qsl(parts.query))
        if path.startswith(STORAGE):
            return self._stored(path, headers)
        path, redirect = self._renamed(path, parts.query)
        if redirect:
            return 301, {"Location": redirect}, {"message": "Moved Permanently", "url": redirect,
                                                "documentation_url": ""}  # fmt: skip
        found = CONTRACT.find(method, path)
        if found is None:
            self.violations.append(f"{method} {path} is no operation of the contract")
            return 418, {}, {"message": "not in the contract"}
        name, variables = found
        body = json.loads(raw) if raw else None
        if self.judge:
            faults = CONTRACT.request_faults(name, query, body)
            self.violations += [f"request {method} {path}: {fault}" for fault in faults]
            if faults:
                return 422, {}, {"message": "Validation Failed", "errors": faults}
        fault = next((f for f in self.faults if f.matches(method, path)), None)
        if fault is None or fault.committed:
            status, extra, answer = self._carry_out(name, variables, query, body, headers)
            for place in self.forgotten.get(name, ()) if status < 300 else ():
                answer = without(copy.deepcopy(answer), place)
            if self.judge and (wrong := CONTRACT.answer_faults(name, status, answer)):
                self.violations += [f"answer {method} {path}: {one}" for one in wrong]
                return 418, {}, {"message": "the double broke the contract"}
        if fault is not None:
            message = fault.body if fault.body is not None else {"message": "Server Error"}
            return fault.status, dict(fault.headers), message
        return status, extra, answer

    def _stored(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        """An artifact's bytes, which lie outside the API and are not given to a token."""
        if "authorization" in headers:
            self.violations.append("the storage of artifacts was shown the token")
            return 400, {}, None
        number = int(path.removeprefix(STORAGE))
        [artifact] = [one for one in self.repository.artifacts if one.id == number]
        return 200, {}, artifact.content

    def _renamed(self, path: str, query: str) -> tuple[str, str | None]:
        """The path under today's name, or where a former name redirects to."""
        repository = self.repository
        match = re.match(r"/repos/([^/]+/[^/]+)(/.*)?$", path)
        if match and match[1].lower() in {name.lower() for name in repository.former_names}:
            tail = (match[2] or "") + (f"?{query}" if query else "")
            return path, f"{self.url}/repositories/{repository.id}{tail}"
        return re.sub(r"^/repositories/\d+", f"/repos/{repository.name}", path), None

    def _carry_out(
        self,
        name: str,
        variables: dict[str, str],
        query: dict[str, str],
        body: Any,
        headers: dict[str, str],
    ) -> tuple[int, dict[str, str], Any]:
        authorization = headers.get("authorization", "")
        token = authorization.rsplit(" ", 1)[-1]
        user = self.repository.tokens.get(token)
        if authorization and user is None:
            return 401, {}, {"message": "Bad credentials", "documentation_url": "", "status": "401"}
        user = user or User("", 0, write=False)
        wanted = {key: unquote(value) for key, value in variables.items()}
        if "repo" in wanted:
            asked = f"{wanted.pop('owner')}/{wanted.pop('repo')}"
            if asked.lower() != self.repository.name.lower() or not user.sees:
                return 404, {}, {"message": "Not Found", "documentation_url": "", "status": "404"}
        try:
            status, answer = self.answers.to(name)(user, query=query, body=body, **wanted)
        except RefusedError as refused:
            return refused.status, {}, refused.answer
        if isinstance(answer, Redirect):
            return status, {"Location": answer.to}, None
        if isinstance(answer, list):
            answer, extra = self._page(name, variables, query, answer)
            return status, extra, answer
        return status, {}, answer

    def _page(
        self, name: str, variables: dict[str, str], query: dict[str, str], items: list[Any]
    ) -> tuple[Any, dict[str, str]]:
        """One page of a list, and the Link header to the others."""
        size = min(int(query.get("per_page", 30)), 100)
        page = int(query.get("page", 1))
        last = max(1, -(-len(items) // size))
        path = name.split(" ")[1].format(**variables)

        def link(number: int, rel: str) -> str:
            parameters = urlencode(query | {"page": str(number)})
            return f'<{self.url}{path}?{parameters}>; rel="{rel}"'

        links = []
        if page < last:
            links += [link(page + 1, "next"), link(last, "last")]
        if page > 1:
            links += [link(page - 1, "prev"), link(1, "first")]
        chosen = [item() for item in items[(page - 1) * size : page * size]]
        answer: Any = chosen
        if name.endswith("/check-runs"):
            answer = {"total_count": len(items), "check_runs": chosen}
        elif name.endswith("/runs"):
            answer = {"total_count": len(items), "workflow_runs": chosen}
        if name.endswith("/actions/workflows"):
            answer = {"total_count": len(items), "workflows": chosen}
        if name.endswith("/artifacts"):
            answer = {"total_count": len(items), "artifacts": chosen}
        return answer, {"Link": ", ".join(links)} if links else {}


def without(answer: Any, place: tuple[str, ...]) -> Any:
    """`answer` with null at a place, in every item where the place says "[]"."""
    if not place:
        return None
    key, *rest = place
    if key == "[]" and isinstance(answer, list):
        return [without(item, tuple(rest)) for item in answer]
    if isinstance(answer, dict) and (not rest or answer.get(key) is not None):
        answer[key] = without(answer.get(key), tuple(rest))
    return answer


@contextmanager
def serving(double: Double) -> Iterator[Double]:
    """Serve `double` on a port of 127.0.0.1 while the block runs."""

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            with double.lock:
                at = time.monotonic()
                try:
                    status, extra, answer = double.handle(self.command, self.path, headers, raw)
                except Exception as error:  # a fault of the double must not look like GitHub's
                    double.violations.append(f"the double failed: {error!r}")
                    status, extra, answer = 418, {}, {"message": repr(error)}
                double.log.append((self.command, urlsplit(self.path).path, status, at))
            if status == 0:
                self.close_connection = True
                return
            content = answer if isinstance(answer, bytes) else b""
            if answer is not None and not content:
                content = json.dumps(answer).encode()
            self.send_response(status)
            limits = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999"}
            for key, value in (limits | extra).items():
                self.send_header(key, value)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Nothing: the record is `double.log`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
