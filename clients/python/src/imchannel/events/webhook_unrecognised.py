"""imchannel.webhook.unrecognised.v1: A webhook’s body, or one result of it, that could not be read as anything known: whole, with the reason.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


class WebhookUnrecognised(TypedDict):
    tenant: str
    code: str  # The reason for programs, such as unknown_kind or missing_message_id
    reason: str  # The reason for people
    receivedAt: str  # RFC 3339 in UTC
    raw: NotRequired[Any]  # The result or body, equal as JSON
    rawText: NotRequired[str]  # The JSON text instead of `raw`, where it is nested too deep for common parsers, or has more results or values than a webhook has

