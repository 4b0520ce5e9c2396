"""imchannel.template.changed.v1: A message template’s status, category or quality has changed.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Change(TypedDict):
    type: str  # TEMPLATE_STATUS_UPDATE, TEMPLATE_CATEGORY_UPDATE, TEMPLATE_QUALITY_UPDATE
    status: NotRequired[str]
    reason: NotRequired[str]
    previous: NotRequired[str]
    current: NotRequired[str]


class TemplateChanged(TypedDict):
    tenant: str
    templateId: str
    name: NotRequired[str]
    language: NotRequired[str]
    change: Change
    source: NotRequired[Literal["webhook", "poll"]]  # `poll`: found in the account’s list, and no webhook told it within ten minutes; absent: a webhook
    changedAt: NotRequired[str]  # RFC 3339 in UTC
    entityId: NotRequired[str]
    applicationId: NotRequired[str]
    original: NotRequired[Any]  # Infobip’s result, equal as JSON
    originalOmitted: NotRequired[bool]  # The record would have been too large with the original in it

