"""imchannel.consent.recorded.v1: What one source says now of one customer. Compacted: the last record of a key counts, one without a value takes it away.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Literal, NotRequired, TypedDict


class Evidence(TypedDict):
    messageId: NotRequired[str]  # The message that shows it
    sourceType: NotRequired[str]  # Of the blocklist: MO, URL_OPT_OUT, CAMPAIGN
    campaign: NotRequired[str]
    commandId: NotRequired[str]  # The command that says it
    by: NotRequired[str]  # Who corrected or imported it


ConsentRecorded = TypedDict(
    "ConsentRecorded",
    {
        "tenant": str,
        "sender": NotRequired[str],  # The business number; absent where it is about all of the account
        "from": str,  # The customer, as the key has it
        "source": Literal["whatsapp", "blocklist", "keyword", "command"],  # Each source has a record of its own, and lifts that alone
        "state": Literal["optedOut", "optedIn"],
        "scope": Literal["marketing", "template", "all"],
        "template": NotRequired[str],  # The name of the template, where the scope is one template
        "since": str,  # The provider’s time of the change
        "description": NotRequired[str],
        "evidence": NotRequired[Evidence],
    },
)

