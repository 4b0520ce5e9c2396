"""imchannel.consent.set.v1: Say that a customer may not be written to, or may again. It speaks for the source `command` alone: what WhatsApp, the blocklist or a key word say stands.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Literal, NotRequired, TypedDict


ConsentSet = TypedDict(
    "ConsentSet",
    {
        "id": NotRequired[str],  # Makes the command idempotent: a repeat gives neither a request nor an event
        "type": NotRequired[str],  # imchannel.consent.set.v1
        "tenant": str,
        "from": NotRequired[str],  # The business number, digits; left out it is about all numbers of the tenant
        "to": str,  # The customer’s phone number, digits, or BSUID
        "state": Literal["optedOut", "optedIn"],
        "scope": Literal["marketing", "template", "all"],  # `all` covers every message, `marketing` templates of that category, `template` the one that is named
        "template": NotRequired[str],  # Its name, where the scope is `template`
        "reason": str,  # Kept as evidence; no secrets
    },
)

