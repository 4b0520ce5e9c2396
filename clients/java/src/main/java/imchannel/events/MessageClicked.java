// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** The customer has opened a tracked link. */
public record MessageClicked(
    String tenant,
    /** As Infobip names it: WHATSAPP, SMS, VIBER, … */
    String channel,
    String messageId,
    /** The command, where this system sent the message */
    String commandId,
    /** Which form of the command was sent, where the ledger keeps that */
    String sentAs,
    /** The business number */
    String from,
    /** The customer */
    String to,
    String callbackData,
    String entityId,
    String applicationId,
    String url,
    String domain,
    /** RFC 3339 in UTC */
    String clickedAt,
    String bulkId,
    Device device,
    Location location,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Device(
        String type,
        String os,
        String name) {}

    public record Location(
        String country,
        String city) {}
}
