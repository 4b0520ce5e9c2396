"""imchannel.typing.changed.v1: A customer began or stopped to type.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


TypingChanged = TypedDict(
    "TypingChanged",
    {
        "tenant": str,
        "channel": NotRequired[str],
        "from": NotRequired[str],  # The customer
        "to": NotRequired[str],  # The business number
        "typing": bool,
        "messageId": NotRequired[str],
        "receivedAt": NotRequired[str],  # RFC 3339 in UTC
        "pairedMessageId": NotRequired[str],
        "callbackData": NotRequired[str],
        "entityId": NotRequired[str],
        "applicationId": NotRequired[str],
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

