// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** One row of a report of Infobip’s Billing Usage API: what was used and charged, as the invoice has it. */
public record UsageReported(
    String tenant,
    /** Of the question that the report answers */
    String requestId,
    /** The period asked for */
    String since,
    /** RFC 3339 in UTC */
    String until,
    /** By Infobip’s name of the column (`ENTITY_ID`, `QUANTITY`, …); amounts with Infobip’s digits; null is absent */
    Map<String, String> values,
    /** Whether the volume of a month is final */
    List<BillingPeriod> billingPeriods,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record BillingPeriod(
        String month,
        Boolean volumeFinalized) {}
}
