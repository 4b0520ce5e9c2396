"""imchannel.call.received.v1: A customer called over WhatsApp, whether or not anybody answered.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Window(TypedDict):
    closesAt: str  # 24 hours after the customer’s message or call, by Infobip’s time


CallReceived = TypedDict(
    "CallReceived",
    {
        "tenant": str,
        "channel": str,  # WHATSAPP
        "callId": str,
        "direction": NotRequired[Literal["inbound", "outbound"]],  # `outbound`: the business called, and the customer accepted; absent is `inbound`
        "from": str,  # The customer
        "to": NotRequired[str],  # The business number
        "receivedAt": str,  # When the customer called or accepted, by Infobip’s time; the time of arrival where Infobip’s cannot be read
        "window": NotRequired[Window],  # Absent where nobody knows whether the customer accepted
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

