"""imchannel.payment.changed.v1: A customer’s payment has changed its status.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


class Total(TypedDict):
    value: NotRequired[str]  # Decimal string with the digits of Infobip’s JSON
    offset: NotRequired[str]  # The amount is value / offset


class Transaction(TypedDict):
    id: NotRequired[str]
    type: NotRequired[str]
    status: NotRequired[str]
    createdAt: NotRequired[str]  # RFC 3339 in UTC
    updatedAt: NotRequired[str]  # RFC 3339 in UTC


PaymentChanged = TypedDict(
    "PaymentChanged",
    {
        "tenant": str,
        "sender": NotRequired[str],  # The business number
        "from": NotRequired[str],  # The customer
        "referenceId": NotRequired[str],
        "paymentId": NotRequired[str],
        "status": NotRequired[str],  # NEW, PENDING, CAPTURED, CANCELED, FAILED, UNKNOWN
        "currency": NotRequired[str],
        "total": NotRequired[Total],
        "callbackData": NotRequired[Any],  # Any JSON
        "transactions": NotRequired[list[Transaction]],
        "changedAt": NotRequired[str],  # RFC 3339 in UTC
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

