// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import java.util.List;

/** A diagnosis: somebody (Infobip, as a rule) asked the media-server for a media item. */
public record MediaFetched(
    String tenant,
    String mediaId,
    /** image, document, audio, video, sticker */
    String kind,
    /** HEAD or GET */
    String method,
    Long status,
    Long bytes,
    Double durationMs,
    String userAgent,
    List<String> commandIds) {

}
