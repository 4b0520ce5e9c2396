"""imchannel.message.clicked.v1: The customer has opened a tracked link.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Device(TypedDict):
    type: NotRequired[str]
    os: NotRequired[str]
    name: NotRequired[str]


class Location(TypedDict):
    country: NotRequired[str]
    city: NotRequired[str]


MessageClicked = TypedDict(
    "MessageClicked",
    {
        "tenant": str,
        "channel": NotRequired[str],  # As Infobip names it: WHATSAPP, SMS, VIBER, …
        "messageId": NotRequired[str],
        "commandId": NotRequired[str],  # The command, where this system sent the message
        "sentAs": NotRequired[Literal["content", "fallback"]],  # Which form of the command was sent, where the ledger keeps that
        "from": NotRequired[str],  # The business number
        "to": NotRequired[str],  # The customer
        "callbackData": NotRequired[str],
        "entityId": NotRequired[str],
        "applicationId": NotRequired[str],
        "url": NotRequired[str],
        "domain": NotRequired[str],
        "clickedAt": NotRequired[str],  # RFC 3339 in UTC
        "bulkId": NotRequired[str],
        "device": NotRequired[Device],
        "location": NotRequired[Location],
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

