"""imchannel.message.attempted.v1: A diagnosis: one request to Infobip that carries a command, and what came of it. Left out rather than let it hold up a send: nothing is to be counted by it.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


MessageAttempted = TypedDict(
    "MessageAttempted",
    {
        "tenant": str,
        "commandId": str,
        "kind": NotRequired[str],  # The command’s type where it is not a send
        "messageId": NotRequired[str],
        "from": NotRequired[str],
        "to": NotRequired[str],
        "account": str,  # As in metrics and traces
        "api": str,  # omni, whatsapp, messages
        "endpoint": str,  # Method and path, names in place of what differs
        "attempt": int,  # 1 is the command’s first request
        "outcome": str,  # accepted, rejected, throttled, refused-key; unsent: no byte of it left; unknown: it may have been processed
        "httpStatus": NotRequired[int],  # Absent where there was no answer
        "code": NotRequired[str],  # Infobip’s code, or that of the failure: ECONNREFUSED, ETIMEDOUT
        "reason": NotRequired[str],  # The code in words, Infobip’s where it has some; left out with logs.privacy: mask
        "retryAfterMs": NotRequired[int],  # How long Infobip asked to wait
        "durationMs": float,
    },
)

