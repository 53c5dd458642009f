"""Tokens in a SQL database, for many accounts and machines. Extra `sql`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from naverworks_notify.auth._key_locks import KeyLocks
from naverworks_notify.auth._lengths import check_lengths
from naverworks_notify.auth._token import AccessToken
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import InvalidValue, TokenStoreError, TokenStoreTimeout, Violation
from naverworks_notify.extras import needs
from naverworks_notify.logs import logger_of
from naverworks_notify.private_files import claim_database
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData, Table

__all__ = ["SqlTokenStore"]

_log = logger_of("auth")

_TABLE = "naverworks_notify_token"
# Between two looks at a lease that another process holds, in seconds.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.25
# What has ended is looked for with every so many tokens.
_SETS_PER_SWEEP = 200
_BUSY_S = 30.0


class SqlTokenStore:
    """Keeps tokens in one table of a database: thousands of accounts, any number of machines.

    One row a credential. What guards an exchange is a lease in that row (a holder, and until
    when), taken by a conditional UPDATE: no transaction is open while the service is asked, and
    a holder who died is taken over from when the lease runs out. Rows of what has ended are
    dropped as others come in. Safe to share between threads and processes, and after a fork.
    Tried on SQLite and PostgreSQL.

    The database may be your application's, so that others can read it: `encrypt=` and `decrypt=`
    keep the tokens from them, for example `Fernet(key).encrypt` of `cryptography`.

    Examples:
        >>> with SqlTokenStore("sqlite://") as store:
        ...     store.get("unknown") is None
        True

    Args:
        database: `sqlite:///path`, `postgresql://…` (which means psycopg 3), or a SQLAlchemy
            engine, which stays yours to dispose of.
        encrypt: Makes of a token's bytes what is kept.
        decrypt: The reverse. What it cannot read counts as no token.
        lease: For how long an exchange is guarded; longer than one takes.
        lock_timeout: How long to wait for a lease that others hold.
        create_tables: Make the table when it is not there. With False it is yours to make, from
            `SqlTokenStore.tables()`.
        clock: What leases and waiting go by. Machines whose clocks differ by more than a lease
            only make an exchange too many.

    Raises:
        InvalidValue: An argument is wrong; all of them are told.
        TokenStoreError: The table cannot be made.
        MissingExtra: SQLAlchemy is not installed.
    """

    def __init__(
        self,
        database: str | Engine,
        *,
        encrypt: Callable[[bytes], bytes] | None = None,
        decrypt: Callable[[bytes], bytes] | None = None,
        lease: timedelta = timedelta(seconds=60),
        lock_timeout: timedelta = timedelta(seconds=60),
        create_tables: bool = True,
        clock: Clock | None = None,
    ) -> None:
        check_lengths("This token store is refused", lease=lease, lock_timeout=lock_timeout)
        self._encrypt, self._decrypt = _checked_codec(encrypt, decrypt)
        self._lease_ms = round(lease.total_seconds() * 1000)
        self._timeout_s = lock_timeout.total_seconds()
        self._clock: Clock = SystemClock() if clock is None else clock
        # One process's threads queue here, so that they do not all look at the row.
        self._threads = KeyLocks(self._timeout_s)
        metadata = self.tables()
        self._table: Table = metadata.tables[_TABLE]
        self._engine, self._owned = _engine_of(database)
        self._pid = os.getpid()
        self._sets = 0
        if create_tables:
            with self._named_errors():
                _create(metadata, self._engine)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._engine.dialect.name!r})"

    @staticmethod
    def tables(metadata: MetaData | None = None) -> MetaData:
        """Return the table, in your own metadata if given (for Alembic)."""
        with needs("sql", "SqlTokenStore"):
            import sqlalchemy as sa  # noqa: PLC0415 - an extra

        metadata = sa.MetaData() if metadata is None else metadata
        sa.Table(
            _TABLE,
            metadata,
            sa.Column("name", sa.String(64), primary_key=True),
            sa.Column("body", sa.LargeBinary),
            # Milliseconds since 1970, as every database keeps whole numbers as they are.
            sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
            sa.Column("holder", sa.String(32), nullable=False),
            sa.Column("held_until", sa.BigInteger, nullable=False),
        )
        return metadata

    def get(self, key: str) -> AccessToken | None:
        """Return the entry, or None.

        Raises:
            TokenStoreError: The database cannot be read.
        """
        import sqlalchemy as sa  # noqa: PLC0415

        table = self._table
        query = sa.select(table.c.body).where(table.c.name == key)
        with self._begun() as connection:
            body: bytes | None = connection.execute(query).scalar()
        if body is None:
            return None
        try:
            return AccessToken.from_storage(body if self._decrypt is None else self._decrypt(body))
        except Exception as error:  # noqa: BLE001 - the caller's own code; another key, most likely
            _log.warning("A stored token cannot be decrypted (%s).", type(error).__name__)
            return None

    def set(self, key: str, token: AccessToken) -> None:
        """Replace the entry; now and then drop what has ended.

        Raises:
            TokenStoreError: The database cannot be written.
        """
        body = token.to_storage().encode()
        values = {
            "body": body if self._encrypt is None else self._encrypt(body),
            "ends_at": _ms(max(token.expires_at, token.refresh_expires_at or token.expires_at)),
        }
        self._put(key, values)
        self._sets += 1
        if self._sets % _SETS_PER_SWEEP == 1:
            table = self._table
            with self._begun() as connection:
                connection.execute(
                    table.delete().where(
                        table.c.ends_at <= _ms(token.issued_at), table.c.held_until <= self._now()
                    )
                )

    def delete(self, key: str) -> None:
        """Drop the entry; a lease that is held stays.

        Raises:
            TokenStoreError: The database cannot be written.
        """
        table = self._table
        this = table.c.name == key
        with self._begun() as connection:
            connection.execute(table.delete().where(this, table.c.held_until <= self._now()))
            connection.execute(table.update().where(this).values(body=None, ends_at=0))

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the key's lease against every thread, process and machine.

        Raises:
            TokenStoreTimeout: Others hold it for too long.
            TokenStoreError: The database cannot be read or written.
        """
        with self._threads.hold(key):
            holder = uuid4().hex
            until = self._clock.monotonic() + self._timeout_s
            pause = _FIRST_PAUSE
            while not self._take(key, holder):
                if self._clock.monotonic() >= until:
                    raise TokenStoreTimeout("another process holds its lease for too long")
                self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                yield
            finally:
                table = self._table
                mine = (table.c.name == key) & (table.c.holder == holder)
                with self._begun() as connection:
                    connection.execute(table.update().where(mine).values(holder="", held_until=0))

    def close(self) -> None:
        """Close the connections, unless the engine is yours."""
        if self._owned:
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self, key: str, holder: str) -> bool:
        """Take the lease if nobody holds it, or whoever does has held it for too long."""
        import sqlalchemy as sa  # noqa: PLC0415

        table = self._table
        now = self._now()
        held_until = sa.select(table.c.held_until).where(table.c.name == key)
        lease = {"holder": holder, "held_until": now + self._lease_ms}
        with self._begun() as connection:
            # Looked at first, as even a vain UPDATE makes the others of a SQLite file wait.
            until = connection.execute(held_until).scalar()
        if until is None:
            return self._insert(key, {"body": None, "ends_at": 0, **lease})
        if until > now:
            return False
        free = (table.c.name == key) & (table.c.held_until <= now)
        with self._begun() as connection:
            return connection.execute(table.update().where(free).values(lease)).rowcount == 1

    def _put(self, key: str, values: dict[str, Any]) -> None:
        table = self._table
        for _ in range(3):
            with self._begun() as connection:
                update = table.update().where(table.c.name == key).values(values)
                if connection.execute(update).rowcount == 1:
                    return
            if self._insert(key, {"holder": "", "held_until": 0, **values}):
                return
        raise TokenStoreError("its table changes faster than it can be written")

    def _insert(self, key: str, values: dict[str, Any]) -> bool:
        """Put a row in; False where another one did so first."""
        from sqlalchemy import exc  # noqa: PLC0415

        with self._named_errors():
            try:
                with self._engine.begin() as connection:
                    connection.execute(self._table.insert().values(name=key, **values))
            except exc.IntegrityError:
                return False
        return True

    def _now(self) -> int:
        return _ms(self._clock.now())

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._named_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        from sqlalchemy import exc  # noqa: PLC0415

        if os.getpid() != self._pid:
            # The parent's connections: two processes must not talk on one.
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        kind: str
        try:
            yield
        except exc.SQLAlchemyError as error:
            kind = type(getattr(error, "orig", None) or error).__name__
        else:
            return
        # Not chained: what the database says of it may quote what was written.
        raise TokenStoreError(f"its table cannot be read or written ({kind})")


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _checked_codec(encrypt: Any, decrypt: Any) -> tuple[Any, Any]:
    violations = Violations()
    for name, hook in (("encrypt", encrypt), ("decrypt", decrypt)):
        if hook is not None and not callable(hook):
            violations.add(name, "type", "must be a function of bytes.")
    if (encrypt is None) != (decrypt is None):
        violations.add("decrypt", "pair", "must be given together with encrypt.")
    violations.raise_as(InvalidValue, "This token store is refused")
    return encrypt, decrypt


def _engine_of(database: str | Engine) -> tuple[Engine, bool]:
    """Return an engine that prints no parameters, and whether it is ours to dispose of."""
    import sqlalchemy as sa  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    if isinstance(database, sa.Engine):
        # One of its own over the same connections, as what it prints is not ours to change.
        shared = database.execution_options()
        shared.hide_parameters = True
        return shared, False
    try:
        url = sa.make_url(database)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        path = url.database if url.get_backend_name() == "sqlite" else None
        in_memory = url.get_backend_name() == "sqlite" and path in {None, "", ":memory:"}
        options: dict[str, Any] = {"hide_parameters": True}
        if in_memory:
            # One connection in turn, or each would have a database of its own.
            options |= {"poolclass": sa.QueuePool, "pool_size": 1, "max_overflow": 0}
            options["connect_args"] = {"check_same_thread": False}
        elif path is not None:
            options["connect_args"] = {"timeout": _BUSY_S}
        else:
            options["pool_pre_ping"] = True
        engine = sa.create_engine(url, **options)
    except (ArgumentError, ValueError, TypeError, AttributeError):
        told = "must be sqlite:///path, postgresql://... or a SQLAlchemy engine."
        wrong = Violation("database", "url", told)
    except ModuleNotFoundError as error:
        told = f"needs a driver that is not installed: {error.name}."
        wrong = Violation("database", "driver", told)
    else:
        if path is not None and not in_memory and not path.startswith("file:"):
            _claim(Path(path))
        return engine, True
    raise InvalidValue("This token store is refused", violations=(wrong,))


def _claim(path: Path) -> None:
    try:
        claim_database(path)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or type(error).__name__
        refusal = TokenStoreError(told)
    else:
        return
    raise refusal


def _create(metadata: MetaData, engine: Engine) -> None:
    from sqlalchemy import exc  # noqa: PLC0415

    try:
        metadata.create_all(engine)
    except exc.DBAPIError:
        # A process that started at the same moment was in between looking for it and making it.
        metadata.create_all(engine)
