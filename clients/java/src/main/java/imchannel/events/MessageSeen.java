// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** The customer has read a message. */
public record MessageSeen(
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
    /** RFC 3339 in UTC */
    String sentAt,
    /** RFC 3339 in UTC */
    String seenAt,
    String bulkId,
    Contact contact,
    /** accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0 */
    Long rank,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Contact(
        String name,
        String phoneNumber,
        String userId,
        String parentUserId,
        String username) {}
}
