"""imchannel.message.seen.v1: The customer has read a message.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Contact(TypedDict):
    name: NotRequired[str]
    phoneNumber: NotRequired[str]
    userId: NotRequired[str]
    parentUserId: NotRequired[str]
    username: NotRequired[str]


MessageSeen = TypedDict(
    "MessageSeen",
    {
        "tenant": str,
        "channel": NotRequired[str],  # As Infobip names it: WHATSAPP, SMS, VIBER, …
        "messageId": str,
        "commandId": NotRequired[str],  # The command, where this system sent the message
        "sentAs": NotRequired[Literal["content", "fallback"]],  # Which form of the command was sent, where the ledger keeps that
        "from": NotRequired[str],  # The business number
        "to": NotRequired[str],  # The customer
        "callbackData": NotRequired[str],
        "entityId": NotRequired[str],
        "applicationId": NotRequired[str],
        "sentAt": NotRequired[str],  # RFC 3339 in UTC
        "seenAt": NotRequired[str],  # RFC 3339 in UTC
        "bulkId": NotRequired[str],
        "contact": NotRequired[Contact],
        "rank": int,  # accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

