"""Errors a caller can cause. Each carries a code of the contract, so an edge only copies it."""

from __future__ import annotations


class DomainError(Exception):
    """The message is shown to the person at the other end: it says what to do."""

    code = "invalid"
    retry_after: float | None = None


class Invalid(DomainError):
    code = "invalid"


class TooLong(DomainError):
    code = "too_long"


class Unauthorized(DomainError):
    code = "unauthorized"


class Forbidden(DomainError):
    code = "forbidden"


class NotFound(DomainError):
    code = "not_found"


class Conflict(DomainError):
    code = "conflict"


class Closed(DomainError):
    code = "closed"


class Unavailable(DomainError):
    code = "unavailable"


class RateLimited(DomainError):
    """*retry_after* is in seconds."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after
