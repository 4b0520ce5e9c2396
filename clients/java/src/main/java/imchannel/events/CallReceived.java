// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A customer called over WhatsApp, whether or not anybody answered. */
public record CallReceived(
    String tenant,
    /** WHATSAPP */
    String channel,
    String callId,
    /** `outbound`: the business called, and the customer accepted; absent is `inbound` */
    String direction,
    /** The customer */
    String from,
    /** The business number */
    String to,
    /** When the customer called or accepted, by Infobip’s time; the time of arrival where Infobip’s cannot be read */
    String receivedAt,
    /** Absent where nobody knows whether the customer accepted */
    Window window,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Window(
        /** 24 hours after the customer’s message or call, by Infobip’s time */
        String closesAt) {}
}
