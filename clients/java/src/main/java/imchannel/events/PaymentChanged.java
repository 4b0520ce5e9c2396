// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A customer’s payment has changed its status. */
public record PaymentChanged(
    String tenant,
    /** The business number */
    String sender,
    /** The customer */
    String from,
    String referenceId,
    String paymentId,
    /** NEW, PENDING, CAPTURED, CANCELED, FAILED, UNKNOWN */
    String status,
    String currency,
    Total total,
    /** Any JSON */
    JsonNode callbackData,
    List<Transaction> transactions,
    /** RFC 3339 in UTC */
    String changedAt,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Total(
        /** Decimal string with the digits of Infobip’s JSON */
        String value,
        /** The amount is value / offset */
        String offset) {}

    public record Transaction(
        String id,
        String type,
        String status,
        /** RFC 3339 in UTC */
        String createdAt,
        /** RFC 3339 in UTC */
        String updatedAt) {}
}
