"""Access tokens for a service account: signed, exchanged, cached, shared, replaced in time."""

from naverworks_notify.auth._account import ServiceAccount
from naverworks_notify.auth._async_tokens import AsyncTokens
from naverworks_notify.auth._endpoints import Endpoints
from naverworks_notify.auth._environment import bot_id_from_env
from naverworks_notify.auth._file_store import FileTokenStore
from naverworks_notify.auth._hooks import (
    AsyncSend,
    OnToken,
    Send,
    TokenDetails,
    TokenReason,
    TokenSource,
)
from naverworks_notify.auth._signer import validate_key
from naverworks_notify.auth._sql_store import SqlTokenStore
from naverworks_notify.auth._stores import MemoryTokenStore, TokenStore
from naverworks_notify.auth._sync_tokens import Tokens
from naverworks_notify.auth._token import AccessToken, RefreshWindows

__all__ = [
    "AccessToken",
    "AsyncSend",
    "AsyncTokens",
    "Endpoints",
    "FileTokenStore",
    "MemoryTokenStore",
    "OnToken",
    "RefreshWindows",
    "Send",
    "ServiceAccount",
    "SqlTokenStore",
    "TokenDetails",
    "TokenReason",
    "TokenSource",
    "TokenStore",
    "Tokens",
    "bot_id_from_env",
    "validate_key",
]
