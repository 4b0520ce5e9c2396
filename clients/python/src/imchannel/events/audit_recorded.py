"""imchannel.audit.recorded.v1: Somebody looked at a conversation without masks, or had a dead letter sent again.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


class AuditRecorded(TypedDict):
    tenant: str
    action: str  # reveal: the masks of a conversation were lifted; replay: a dead letter was sent again
    by: str  # The user, as the login names them
    via: str  # console
    conversation: NotRequired[str]  # An HMAC of the conversation’s key under a secret of the console’s store
    place: NotRequired[str]  # The record that it was done to: topic, partition and offset, with slashes between them
    outcome: str  # revealed; requested: what became of it is a later event
    detail: NotRequired[str]

