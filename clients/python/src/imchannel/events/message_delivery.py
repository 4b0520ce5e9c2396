"""imchannel.message.delivery.v1: Infobip reports what became of a message. There can be several for one message, in any order.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Status(TypedDict):
    groupId: NotRequired[int]  # 0 accepted, 1 pending, 2 undeliverable, 3 delivered, 4 expired, 5 rejected
    groupName: NotRequired[str]
    id: NotRequired[int]
    name: NotRequired[str]
    description: NotRequired[str]
    action: NotRequired[str]


class Error(TypedDict):
    groupId: NotRequired[int]
    groupName: NotRequired[str]
    id: NotRequired[int]  # 0 is no error
    name: NotRequired[str]
    description: NotRequired[str]
    permanent: NotRequired[bool]


class Price(TypedDict):
    pricePerMessage: NotRequired[str]  # Decimal string with the digits of Infobip’s JSON
    currency: NotRequired[str]


class Contact(TypedDict):
    name: NotRequired[str]
    phoneNumber: NotRequired[str]
    userId: NotRequired[str]
    parentUserId: NotRequired[str]
    username: NotRequired[str]


MessageDelivery = TypedDict(
    "MessageDelivery",
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
        "status": Status,
        "error": NotRequired[Error],
        "sentAt": NotRequired[str],  # RFC 3339 in UTC
        "doneAt": NotRequired[str],  # RFC 3339 in UTC
        "price": NotRequired[Price],
        "bulkId": NotRequired[str],
        "messageCount": NotRequired[int],  # Segments, not messages
        "contact": NotRequired[Contact],
        "final": bool,  # Nothing more is to be expected
        "rank": int,  # accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

