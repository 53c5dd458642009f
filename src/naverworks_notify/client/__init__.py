"""`Client` and `AsyncClient`: the service's API over HTTP.

A client's methods are grouped as the service's are: `works.messages` is `Messages`, or
`AsyncMessages` on an `AsyncClient`, and so on.
"""

from __future__ import annotations

from naverworks_notify.client._async.attachments import AsyncAttachments
from naverworks_notify.client._async.bots import AsyncBotDomainMembers, AsyncBotDomains, AsyncBots
from naverworks_notify.client._async.channels import AsyncChannels
from naverworks_notify.client._async.client import AsyncClient
from naverworks_notify.client._async.directory import AsyncDirectory, AsyncGroups, AsyncOrgUnits
from naverworks_notify.client._async.menus import AsyncMenus, AsyncRichMenus
from naverworks_notify.client._async.messages import AsyncMessages
from naverworks_notify.client._async.users import AsyncUsers
from naverworks_notify.client._batch import OnProgress, SendResult
from naverworks_notify.client._before_send import BeforeSend
from naverworks_notify.client._hooks import (
    CircuitDetails,
    OnCircuit,
    OnRequest,
    OnRetry,
    OnWait,
    RequestDetails,
    RetryDetails,
    WaitDetails,
)
from naverworks_notify.client._options import ClientArguments, ClientOptions, SharedArguments
from naverworks_notify.client._sync.attachments import Attachments
from naverworks_notify.client._sync.bots import BotDomainMembers, BotDomains, Bots
from naverworks_notify.client._sync.channels import Channels
from naverworks_notify.client._sync.client import Client
from naverworks_notify.client._sync.directory import Directory, Groups, OrgUnits
from naverworks_notify.client._sync.menus import Menus, RichMenus
from naverworks_notify.client._sync.messages import Messages
from naverworks_notify.client._sync.users import Users
from naverworks_notify.operations.request import JSON, Query

__all__ = [
    "JSON",
    "AsyncAttachments",
    "AsyncBotDomainMembers",
    "AsyncBotDomains",
    "AsyncBots",
    "AsyncChannels",
    "AsyncClient",
    "AsyncDirectory",
    "AsyncGroups",
    "AsyncMenus",
    "AsyncMessages",
    "AsyncOrgUnits",
    "AsyncRichMenus",
    "AsyncUsers",
    "Attachments",
    "BeforeSend",
    "BotDomainMembers",
    "BotDomains",
    "Bots",
    "Channels",
    "CircuitDetails",
    "Client",
    "ClientArguments",
    "ClientOptions",
    "Directory",
    "Groups",
    "Menus",
    "Messages",
    "OnCircuit",
    "OnProgress",
    "OnRequest",
    "OnRetry",
    "OnWait",
    "OrgUnits",
    "Query",
    "RequestDetails",
    "RetryDetails",
    "RichMenus",
    "SendResult",
    "SharedArguments",
    "Users",
    "WaitDetails",
]
