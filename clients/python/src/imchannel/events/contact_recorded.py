"""imchannel.contact.recorded.v1: What is known of one name of a customer. Compacted: the last record of a key counts, one without a value takes it away.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


class Conversation(TypedDict):
    name: str
    since: str  # RFC 3339 in UTC


class Link(TypedDict):
    name: str
    since: str  # The provider’s time of the first webhook that shows both names
    moved: NotRequired[bool]  # Part of a portfolio’s move: the same person as before


class Username(TypedDict):
    value: str
    since: str  # RFC 3339 in UTC


class Identity(TypedDict):
    unconfirmedAt: NotRequired[str]  # RFC 3339 in UTC
    confirmedAt: NotRequired[str]  # RFC 3339 in UTC


class ContactRecorded(TypedDict):
    tenant: str
    scope: str  # The portfolio, or the business number where the configuration names none
    name: str  # A phone number or a BSUID
    since: str  # When it was first known here
    conversation: Conversation  # The oldest of the person’s names: the last part of the conversation’s key
    links: list[Link]  # The names that evidence joins with this one
    username: NotRequired[Username]
    identity: NotRequired[Identity]  # When WhatsApp last refused a message since the customer’s identity had changed, and last had it confirmed

