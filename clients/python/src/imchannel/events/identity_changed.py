"""imchannel.identity.changed.v1: A customer’s WhatsApp identity has changed.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


class IdentityChanged(TypedDict):
    tenant: str
    sender: NotRequired[str]  # The business number
    userNumber: NotRequired[str]
    userId: NotRequired[str]  # The BSUID
    parentUserId: NotRequired[str]
    hash: NotRequired[str]
    description: NotRequired[str]
    changedAt: NotRequired[str]  # RFC 3339 in UTC
    original: NotRequired[Any]  # Infobip’s result, equal as JSON
    originalOmitted: NotRequired[bool]  # The record would have been too large with the original in it

