"""imchannel.consent.changed.v1: A customer may no longer be written to, or may again: marketing, or at all.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Evidence(TypedDict):
    messageId: NotRequired[str]  # The message that shows it
    sourceType: NotRequired[str]  # Of the blocklist: MO, URL_OPT_OUT, CAMPAIGN
    campaign: NotRequired[str]
    commandId: NotRequired[str]  # The command that says it
    by: NotRequired[str]  # Who corrected or imported it


ConsentChanged = TypedDict(
    "ConsentChanged",
    {
        "tenant": str,
        "sender": NotRequired[str],  # The business number; absent where it is about all of the account
        "from": NotRequired[str],  # The customer
        "userId": NotRequired[str],  # The BSUID
        "status": str,  # As Infobip words it
        "description": NotRequired[str],
        "changedAt": NotRequired[str],  # RFC 3339 in UTC
        "state": NotRequired[Literal["optedOut", "optedIn", "unknown"]],  # `unknown`: a status that IMChannel does not know
        "scope": NotRequired[Literal["marketing", "template", "all"]],
        "template": NotRequired[str],  # The name of the template that it is about, where the scope is one template
        "source": NotRequired[Literal["whatsapp", "blocklist", "keyword", "command"]],  # WhatsApp’s own switch, Infobip’s blocklist, a key word, or a command; each lifts itself alone
        "channel": NotRequired[str],  # As Infobip names it; absent where it is about all
        "evidence": NotRequired[Evidence],
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

