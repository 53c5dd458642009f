"""What a sync needs of a client, so that any object of this shape will do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from naverworks_notify.directory import User

__all__ = ["AsyncUserSource", "AsyncUsers", "UserSource", "Users"]


class Users(Protocol):
    """The part of `works.users` that is used."""

    def list(self, *, domain_id: int | None = None) -> Iterator[User]:
        """Return all users of a domain, page by page."""
        ...

    def get(self, user_id: str, /) -> User:
        """Return one user."""
        ...


class UserSource(Protocol):
    """A `Client`."""

    @property
    def users(self) -> Users:
        """Members of the organisation."""
        ...


class AsyncUsers(Protocol):
    """The part of `works.users` that is used."""

    def list(self, *, domain_id: int | None = None) -> AsyncIterator[User]:
        """Return all users of a domain, page by page."""
        ...

    async def get(self, user_id: str, /) -> User:
        """Return one user."""
        ...


class AsyncUserSource(Protocol):
    """An `AsyncClient`."""

    @property
    def users(self) -> AsyncUsers:
        """Members of the organisation."""
        ...
