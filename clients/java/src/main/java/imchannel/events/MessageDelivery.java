// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;

/** Infobip reports what became of a message. There can be several for one message, in any order. */
public record MessageDelivery(
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
    Status status,
    Error error,
    /** RFC 3339 in UTC */
    String sentAt,
    /** RFC 3339 in UTC */
    String doneAt,
    Price price,
    String bulkId,
    /** Segments, not messages */
    Long messageCount,
    Contact contact,
    /** Nothing more is to be expected */
    @JsonProperty("final") Boolean final_,
    /** accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0 */
    Long rank,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Status(
        /** 0 accepted, 1 pending, 2 undeliverable, 3 delivered, 4 expired, 5 rejected */
        Long groupId,
        String groupName,
        Long id,
        String name,
        String description,
        String action) {}

    public record Error(
        Long groupId,
        String groupName,
        /** 0 is no error */
        Long id,
        String name,
        String description,
        Boolean permanent) {}

    public record Price(
        /** Decimal string with the digits of Infobip’s JSON */
        String pricePerMessage,
        String currency) {}

    public record Contact(
        String name,
        String phoneNumber,
        String userId,
        String parentUserId,
        String username) {}
}
