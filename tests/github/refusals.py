"""Answers of the double that say no."""

from typing import Any


class RefusedError(Exception):
    """An answer that says no."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.answer = {"message": message, "documentation_url": "", "status": str(status)} | more


def unprocessable(resource: str, code: str, field: str) -> RefusedError:
    """What GitHub says of a value that it understands and will not have."""
    errors = [{"resource": resource, "code": code, "field": field}]
    return RefusedError(422, "Validation Failed", errors=errors)
