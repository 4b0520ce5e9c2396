"""imchannel.media.fetched.v1: A diagnosis: somebody (Infobip, as a rule) asked the media-server for a media item.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import NotRequired, TypedDict


class MediaFetched(TypedDict):
    tenant: str
    mediaId: str
    kind: str  # image, document, audio, video, sticker
    method: str  # HEAD or GET
    status: int
    bytes: int
    durationMs: float
    userAgent: NotRequired[str]
    commandIds: list[str]

