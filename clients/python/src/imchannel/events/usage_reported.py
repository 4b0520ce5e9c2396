"""imchannel.usage.reported.v1: One row of a report of Infobip’s Billing Usage API: what was used and charged, as the invoice has it.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, NotRequired, TypedDict


class BillingPeriod(TypedDict):
    month: str
    volumeFinalized: NotRequired[bool]


class UsageReported(TypedDict):
    tenant: str
    requestId: str  # Of the question that the report answers
    since: NotRequired[str]  # The period asked for
    until: NotRequired[str]  # RFC 3339 in UTC
    values: dict[str, str]  # By Infobip’s name of the column (`ENTITY_ID`, `QUANTITY`, …); amounts with Infobip’s digits; null is absent
    billingPeriods: NotRequired[list[BillingPeriod]]  # Whether the volume of a month is final
    original: NotRequired[Any]  # Infobip’s result, equal as JSON
    originalOmitted: NotRequired[bool]  # The record would have been too large with the original in it

