// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A customer’s WhatsApp identity has changed. */
public record IdentityChanged(
    String tenant,
    /** The business number */
    String sender,
    String userNumber,
    /** The BSUID */
    String userId,
    String parentUserId,
    String hash,
    String description,
    /** RFC 3339 in UTC */
    String changedAt,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {

}
