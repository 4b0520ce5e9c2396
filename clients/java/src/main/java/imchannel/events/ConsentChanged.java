// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A customer has stopped or resumed marketing messages. */
public record ConsentChanged(
    String tenant,
    /** The business number */
    String sender,
    /** The customer */
    String from,
    /** As Infobip words it */
    String status,
    String description,
    /** RFC 3339 in UTC */
    String changedAt,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {

}
