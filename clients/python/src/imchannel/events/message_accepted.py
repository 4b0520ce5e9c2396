"""imchannel.message.accepted.v1: Infobip has taken the message of a command; not yet delivered.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


class Status(TypedDict):
    groupId: NotRequired[int]  # 0 accepted, 1 pending, 2 undeliverable, 3 delivered, 4 expired, 5 rejected
    groupName: NotRequired[str]
    id: NotRequired[int]
    name: NotRequired[str]
    description: NotRequired[str]
    action: NotRequired[str]


class Error(TypedDict):
    code: str  # From docs/errors.md
    reason: str  # What is wrong and what to change
    httpStatus: NotRequired[int]
    infobip: NotRequired[Any]  # Infobip’s own words


MessageAccepted = TypedDict(
    "MessageAccepted",
    {
        "commandId": str,
        "tenant": str,  # `-` where the command named none
        "kind": NotRequired[str],  # The command’s type where it is not a send
        "messageId": NotRequired[str],  # Infobip’s id of the message, where a request was made
        "from": NotRequired[str],
        "to": NotRequired[str],
        "callbackData": NotRequired[str],
        "status": NotRequired[Status],
        "error": NotRequired[Error],
        "rank": NotRequired[int],  # accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0
        "dryRun": NotRequired[bool],  # The command asked to be checked only
    },
)

