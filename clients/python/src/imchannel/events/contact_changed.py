"""imchannel.contact.changed.v1: A customer has another name than before, or evidence joins two names.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class ContactChanged(TypedDict):
    tenant: str
    sender: NotRequired[str]  # The business number whose webhook shows it
    portfolio: NotRequired[str]  # The portfolio of that number, where the configuration names one
    reason: Literal["new-user-id", "new-phone", "spelling", "username", "portfolio"]  # `new-user-id`: a user id under a known phone number; with `previousUserId` that is another person, whose window and opt-in are not those of the one before, while opt-outs stay. `portfolio`: the same, as one of so many that the business’s portfolio moved and everybody stays who they are. `new-phone`: a phone number of a known user id. `spelling`: the same number, written otherwise. `username`: another user name
    phone: NotRequired[str]  # The phone number, as the webhook has it
    userId: NotRequired[str]  # The BSUID
    username: NotRequired[str]
    previousPhone: NotRequired[str]
    previousUserId: NotRequired[str]
    previousUsername: NotRequired[str]
    changedAt: NotRequired[str]  # RFC 3339 in UTC
    original: NotRequired[Any]  # Infobip’s result, equal as JSON
    originalOmitted: NotRequired[bool]  # The record would have been too large with the original in it

