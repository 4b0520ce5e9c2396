"""imchannel.audit.recorded.v1: Somebody looked at a conversation without masks, or had a dead letter sent again.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


class AuditRecorded(TypedDict):
    tenant: str
    action: str  # reveal: the masks of a conversation were lifted; replay: a dead letter was sent again; forget: a person is to be forgotten; consent: what a source says of consent was corrected
    by: str  # The user, as the login names them
    via: str  # console, or command line
    conversation: NotRequired[str]  # An HMAC of the conversation’s key under the tenant’s `forgetSecret`, or else a secret of the console’s store
    people: NotRequired[list[str]]  # forget: HMACs under the tenant’s `forgetSecret` of every name and spelling of one person; what was written of them until the event’s time is forgotten
    place: NotRequired[str]  # The record that it was done to: topic, partition and offset, with slashes between them
    outcome: str  # revealed; requested: what became of it is a later event; forgotten
    detail: NotRequired[str]

