"""imchannel.call.received.v1: A customer called over WhatsApp, whether or not anybody answered.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


class Window(TypedDict):
    closesAt: str  # 24 hours after the customer’s message or call, by Infobip’s time


CallReceived = TypedDict(
    "CallReceived",
    {
        "tenant": str,
        "channel": str,  # WHATSAPP
        "callId": str,
        "from": str,  # The customer
        "to": NotRequired[str],  # The business number
        "receivedAt": str,  # Infobip’s time; the time of arrival where Infobip’s cannot be read
        "window": NotRequired[Window],
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

