// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A customer began or stopped to type. */
public record TypingChanged(
    String tenant,
    String channel,
    /** The customer */
    String from,
    /** The business number */
    String to,
    Boolean typing,
    String messageId,
    /** RFC 3339 in UTC */
    String receivedAt,
    String pairedMessageId,
    String callbackData,
    String entityId,
    String applicationId,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {

}
