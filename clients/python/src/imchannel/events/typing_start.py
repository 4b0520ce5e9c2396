"""imchannel.typing.start.v1: Show the customer that somebody types. Tried for 60 s at most.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


TypingStart = TypedDict(
    "TypingStart",
    {
        "id": NotRequired[str],  # Makes the command idempotent: a repeat gives neither a request nor an event
        "type": NotRequired[str],
        "tenant": str,
        "from": str,  # The business number, digits
        "to": str,  # The customer’s phone number, digits, or BSUID
        "messageId": NotRequired[str],
    },
)

