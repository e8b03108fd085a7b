"""The way to GitHub: one repository, paced, retried where that is safe, errors in sentences.

PyGithub's own retries repeat a POST that failed after it was carried out, which makes eleven
comments of one, and never repeat a PATCH. Here it is the other way round: what changes nothing when
done twice is repeated; a POST only where GitHub said that it refused it; after any other failure
of a POST one looks first (`create_once`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import requests
from github import Auth, Github, GithubException, RateLimitExceededException
from github.GithubException import RateLimitExceededExceedsMaxWait
from github.GithubRetry import GithubRetry
from github.NamedUser import NamedUser
from github.Organization import Organization
from github.Repository import Repository
from urllib3 import BaseHTTPResponse

from grader.errors import ConfigurationError, GraderError

WORKFLOW_BOT = "github-actions[bot]"
"""Who a workflow's own token writes as."""

PAGE = 100

T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """How fast to go, in seconds; the defaults keep to GitHub's published limits.

    Args:
        requests: between any two requests.
        writes: between two writes.
        issues: between two new issues, which GitHub limits more than other writes.
        many_issues: the same when there are more new issues than GitHub takes in an hour.
        rate_wait: after a rate limit that names no time.
        longest_wait: a longer wait is an error instead.
        backoff: before the first repetition; doubles with each.
        looks: the waits before each look for something that may have been written.
    """

    requests: float = 0.1
    writes: float = 1.0
    issues: float = 3.0
    many_issues: float = 8.0
    rate_wait: float = 60.0
    longest_wait: float = 3600.0
    backoff: float = 1.0
    looks: tuple[float, ...] = (2.0, 4.0, 8.0)


class Retry(GithubRetry):
    """Repeats what is safe: idempotent methods, and a POST only when GitHub refused it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("total", 5)
        kwargs.setdefault("backoff_factor", 1.0)
        kwargs.setdefault("status_forcelist", [429, 500, 502, 503, 504])
        kwargs.setdefault("allowed_methods", frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"}))
        super().__init__(**kwargs)

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Whether to repeat a request that was answered."""
        if method.upper() == "POST":
            return status_code in (403, 429)
        return super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> "Retry":
        """The state for the next try; waits for what PyGithub and urllib3 overlook."""
        after = response.headers.get("Retry-After", "") if response is not None else ""
        longest, wait = self.max_rate_limit_wait, float(after) if after.isdigit() else 0.0
        if response is not None and longest is not None and wait > longest:
            raise RateLimitExceededExceedsMaxWait(
                response.status, {"message": "rate limit"}, dict(response.headers), wait=wait
            )
        retry: Retry = super().increment(method, url, response, *args, **kwargs)  # type: ignore[arg-type,assignment]
        if response is not None and response.status == 429 and not after:
            # GitHub asks for a minute; the backoff would be a second.
            minute = self.secondary_rate_wait
            retry.get_backoff_time = lambda: minute  # type: ignore[method-assign]
        return retry


@dataclass
class Connection:
    """One repository on GitHub; a context manager that closes the connection.

    Args:
        github: the client.
        repository: as GitHub knows it now, which may be under a new name.
        pace: how fast to go.
        sleep: how to wait.
        renamed_from: the name that was asked for, where GitHub has another now.
    """

    github: Github
    repository: Repository
    pace: Pace
    sleep: Callable[[float], None]
    renamed_from: str | None = None
    _last_issue: float = field(default=float("-inf"), init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.github.close()

    @property
    def name(self) -> str:
        """Owner and name."""
        return self.repository.full_name

    def own_login(self) -> str:
        """Who the token writes as; a workflow's token may not ask, so it is the workflows' bot."""
        try:
            return self.github.get_user().login
        except GithubException as error:
            if error.status == 403:
                return WORKFLOW_BOT
            raise

    def download(self, url: str, cap: int) -> bytes | None:
        """What lies behind an address of the API that leads elsewhere; None if above `cap` bytes.

        The storage that GitHub leads to refuses a request with a token, and must not see ours.
        """
        headers, _ = self.repository.requester.requestJsonAndCheck("GET", url)
        with requests.get(headers["location"], stream=True, timeout=30) as answer:
            answer.raise_for_status()
            content = b""
            for chunk in answer.iter_content(1 << 16):
                content += chunk
                if len(content) > cap:
                    return None
        return content

    def wait_for_company(self, cost: int = 30) -> None:
        """Wait while the hour's requests run short, so that more can be done with each.

        Args:
            cost: requests of a run of the publisher, before those for each result.
        """
        remaining, limit = self.github.requester.rate_limiting
        left = self.github.requester.rate_limiting_resettime - time.time()
        if left > 0 and remaining < limit / 2:
            self.sleep(min(left, left * cost / max(remaining, 1)))

    def wait_for_issue(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Wait until another issue may be made, `seconds` after the last."""
        if (rest := self._last_issue + seconds - clock()) > 0:
            self.sleep(rest)
        self._last_issue = clock()

    def create_once(self, create: Callable[[], T], find: Callable[[], T | None]) -> T:
        """Make something by POST, exactly once also when answers are lost.

        Args:
            create: sends the POST.
            find: what was made, as far as GitHub shows it already.
        """
        for last in (False, True):
            try:
                return create()
            except (GithubException, requests.RequestException) as error:
                if isinstance(error, GithubException) and error.status < 500:
                    raise
                for wait in self.pace.looks:
                    self.sleep(wait)
                    if (found := find()) is not None:
                        return found
                if last:
                    raise
        raise AssertionError("the loop returns or raises")


def login_of(user: NamedUser | Organization | None) -> str:
    """Whose something is; empty where the account was deleted, which GitHub says by null."""
    return "" if user is None else user.login


def connect(
    token: str | None,
    name: str | None,
    url: str,
    *,
    pace: Pace | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Connection:
    """The connection to the repository `name` at the API under `url`.

    Raises:
        ConfigurationError: no token, no name, a wrong one, or no right to see the repository.
        GraderError: GitHub cannot be reached.
    """
    if not token:
        raise ConfigurationError(
            "no token for GitHub; set GITHUB_TOKEN (a fine-grained token for the course's "
            "repository, or github.token inside a workflow)"
        )
    if not name or name.count("/") != 1 or not all(name.split("/")):
        raise ConfigurationError(
            f"{name or 'no repository'}: name it as OWNER/NAME with --repo or GITHUB_REPOSITORY"
        )
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConfigurationError(f"GITHUB_API_URL is {url!r}, not a URL such as https://…")
    pace = pace or Pace()
    github = Github(
        auth=Auth.Token(token),
        base_url=url,
        per_page=PAGE,
        timeout=30,
        retry=Retry(
            backoff_factor=pace.backoff,
            secondary_rate_wait=pace.rate_wait,
            max_rate_limit_wait=pace.longest_wait,
        ),
        seconds_between_requests=pace.requests,
        seconds_between_writes=pace.writes,
    )
    try:
        with explained(f"read {name}", name):
            repository = github.get_repo(name)
            known = repository.full_name
    except BaseException:
        github.close()
        raise
    renamed = name if known.casefold() != name.casefold() else None
    return Connection(github, repository, pace, sleep, renamed)


@contextmanager
def explained(deed: str, repository: str) -> Iterator[None]:
    """GitHub's errors as one sentence each; `deed` says what was tried, such as "post a comment".

    Raises:
        ConfigurationError: what the user can fix: token, rights, name, settings.
        GraderError: what passes by itself, or what GitHub refuses for another reason.
    """
    try:
        yield
    except (RateLimitExceededException, RateLimitExceededExceedsMaxWait) as error:
        raise GraderError(
            f"{repository}: GitHub's rate limit is used up; what was done is kept, run the command "
            "again later for the rest"
        ) from error
    except GithubException as error:
        raise _sentence(error, deed, repository) from error
    except requests.RequestException as error:
        raise GraderError(
            f"{repository}: GitHub did not answer when asked to {deed}; what was done is kept, run "
            "the command again"
        ) from error


def _sentence(error: GithubException, deed: str, repository: str) -> GraderError:
    said = error.data.get("message", "") if isinstance(error.data, dict) else ""
    match error.status:
        case 401:
            return ConfigurationError(
                "GitHub does not accept the token; make a new one and set GITHUB_TOKEN"
            )
        case 403:
            return ConfigurationError(
                f"{repository}: the token may not {deed} ({said}); give it that right"
            )
        case 404:
            return ConfigurationError(
                f"{repository}: GitHub finds nothing to {deed}; is the name right, and may the "
                "token see it?"
            )
        case 410:
            return ConfigurationError(
                f"{repository}: GitHub cannot {deed}: {said} Switch issues on in the settings"
            )
        case status:
            return GraderError(f"{repository}: GitHub refused to {deed} ({status}: {said})")
