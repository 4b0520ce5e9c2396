"""imchannel.message.read.v1: Mark a customer’s message as read. Tried for 60 s at most.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


MessageRead = TypedDict(
    "MessageRead",
    {
        "id": NotRequired[str],  # Makes the command idempotent: a repeat gives neither a request nor an event
        "type": NotRequired[str],
        "tenant": str,
        "from": str,  # The business number, digits
        "to": NotRequired[str],  # The customer’s phone number, digits, or BSUID
        "messageId": str,  # Of the customer’s message
    },
)

