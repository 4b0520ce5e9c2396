"""imchannel.message.rejected.v1: A command was refused, by IMChannel or by Infobip; unless it was only to be checked it is also in the dead-letter topic.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


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
    gate: NotRequired[Literal["window", "consent", "template", "identity", "budget"]]  # Which of the gates refused it, before any request
    closesAt: NotRequired[str]  # When the customer service window closed, where that is known
    source: NotRequired[str]  # Who says that the customer has opted out: whatsapp, blocklist, keyword, command
    since: NotRequired[str]  # When the customer opted out
    where: NotRequired[str]  # Where the command does not fit its template …
    wanted: NotRequired[str]  # … what the template wants there …
    given: NotRequired[str]  # … and what was given
    budget: NotRequired[str]  # Which budget has no room …
    until: NotRequired[str]  # … and when its period ends


class Advice(TypedDict):
    gate: Literal["window", "consent", "template", "identity", "budget"]
    code: str  # From docs/errors.md; with the gate on `enforce` the command would have been rejected with it
    reason: str


class Reserved(TypedDict):
    budget: str  # `sender/day/messages/marketing`: per whom, in which time, what, of which category
    scope: str  # The business number; `-` for a budget of the whole tenant
    period: str  # `2026-12-01` or `2026-12`
    units: int  # Messages, or millionths of the currency


class Fact(TypedDict):
    fact: str
    value: str  # `unknown` where it is not known
    ageMs: NotRequired[int]  # How long ago it was learnt; absent where it is not known


class Decision(TypedDict):
    verdict: Literal["send", "wait", "reject"]
    form: Literal["content", "fallback"]
    code: NotRequired[str]  # Why it would be rejected
    advice: list[Advice]
    facts: list[Fact]


MessageRejected = TypedDict(
    "MessageRejected",
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
        "advice": NotRequired[list[Advice]],  # What spoke against it, by gates that do not reject
        "sentAs": NotRequired[Literal["content", "fallback"]],  # Which form was sent, of a command that has a `fallback`
        "reserved": NotRequired[list[Reserved]],  # What it reserved, of a tenant that has budgets
        "decision": NotRequired[Decision],  # With `dryRun`: what would be done, and what that was made of
        "dryRun": NotRequired[bool],  # The command asked to be checked only
    },
)

