"""`works.users`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from naverworks_notify.client._async.runner import AsyncResource
from naverworks_notify.directory import ExternalKey, User
from naverworks_notify.operations import users
from naverworks_notify.operations.users import UserOrder

__all__ = ["AsyncUsers"]


class AsyncUsers(AsyncResource):
    """Members of the organisation."""

    __slots__ = ()

    async def get(self, user_id: str) -> User:
        """Return one member.

        What is filled depends on the token's scopes; see `User`.

        Args:
            user_id: Resource id, login e-mail address, or `externalKey:` and the key.

        Raises:
            NotFound: No such member.
        """
        return await self._runner.run(users.get(user_id))

    def list(
        self,
        *,
        domain_id: int | None = None,
        count: int = 100,
        order_by: UserOrder | None = None,
        descending: bool | None = None,
    ) -> AsyncIterator[User]:
        """Return an iterator over all members of a domain; each page is read when it is needed.

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Members in a page, 1 to 100.
            order_by: `CREATED_TIME` by default.
            descending: Latest, or last by name, first.
        """
        return self._runner.pages(
            users.list_users(
                domain_id=domain_id, count=count, order_by=order_by, descending=descending
            )
        )

    def external_keys(
        self,
        *,
        domain_id: int | None = None,
        count: int = 100,
        has_external_key: bool | None = None,
    ) -> AsyncIterator[ExternalKey]:
        """Return an iterator over members' external keys; there are no status flags.

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Members in a page, 1 to 100.
            has_external_key: Only those who have one, or only those who have none.
        """
        return self._runner.pages(
            users.list_external_keys(
                domain_id=domain_id, count=count, has_external_key=has_external_key
            )
        )

    async def set_external_keys(self, keys: Mapping[str, str | None]) -> None:
        r"""Set or delete members' external keys.

        Sent in calls of at most 50; all are checked before the first is sent. If one fails, the
        earlier ones stand, and the whole may be repeated: setting a key again changes nothing.

        Args:
            keys: Resource id, e-mail address or `externalKey:...` of a member, to the new key;
                None deletes it. At most 100 characters, none of them % \ # / or ?.

        Raises:
            InvalidValue: An id or a key cannot be one; nothing was sent.
            Conflict: A key is taken by another member.
        """
        for operation in users.set_external_keys(keys):
            await self._runner.run(operation)
