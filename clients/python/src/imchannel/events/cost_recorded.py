"""imchannel.cost.recorded.v1: What a message cost, told once it is delivered or seen. Of several records of a message the highest revision counts.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Literal, NotRequired, TypedDict


class Reported(TypedDict):
    pricePerMessage: str  # Decimal string with the digits of Infobip’s JSON
    currency: str  # XXX where Infobip names none


class Estimate(TypedDict):
    amount: str  # Decimal string with the digits of Infobip’s JSON
    currency: str
    rateCard: str  # The file, as the configuration names it


CostRecorded = TypedDict(
    "CostRecorded",
    {
        "tenant": str,
        "messageId": str,
        "commandId": NotRequired[str],  # The command, where this system sent the message
        "from": NotRequired[str],  # The business number
        "to": NotRequired[str],  # The customer
        "channel": NotRequired[str],  # As Infobip names it; absent where the report names none
        "source": NotRequired[str],  # The bot or campaign that wrote the command
        "class": NotRequired[Literal["reply", "notification", "bulk"]],  # Of the command
        "template": NotRequired[str],  # The name of the template that was sent
        "sentAs": NotRequired[Literal["content", "fallback"]],  # Which of the command’s two contents was sent
        "deliveredAt": str,  # Of a message that failed: when it did
        "settledBy": Literal["delivered", "seen", "failed"],  # The report that it was made of; a failure only where Infobip shows a price other than zero
        "revision": int,  # 2 under the same `ce_id` where a price came after a record without one. The highest counts
        "category": Literal["marketing", "utility", "authentication", "service", "unknown"],  # What Meta charges by
        "categorySource": Literal["template", "content", "unknown"],  # What the category was told from
        "market": str,  # The country code of the customer’s number; `-` where it is not known
        "window": Literal["open", "closed", "unknown"],  # Of the customer, when the message was sent
        "freeEntryPoint": Literal["yes", "no", "unknown"],  # Sent within the 72 hours that the answer to an ad opens
        "billable": Literal["yes", "no", "unknown"],  # By Infobip’s price where it shows more than zero, else by Meta’s rules of the day
        "reported": NotRequired[Reported],  # The price that Infobip shows. Absent is not zero
        "estimate": NotRequired[Estimate],  # By the account’s rate card, if the message is charged. Never to be added to what is reported
    },
)

