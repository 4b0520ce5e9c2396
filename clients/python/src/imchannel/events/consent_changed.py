"""imchannel.consent.changed.v1: A customer has stopped or resumed marketing messages.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


ConsentChanged = TypedDict(
    "ConsentChanged",
    {
        "tenant": str,
        "sender": NotRequired[str],  # The business number
        "from": NotRequired[str],  # The customer
        "status": str,  # As Infobip words it
        "description": NotRequired[str],
        "changedAt": NotRequired[str],  # RFC 3339 in UTC
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

