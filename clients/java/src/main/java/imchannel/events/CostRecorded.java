// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a message cost, told once it is delivered or seen. Of several records of a message the highest revision counts. */
public record CostRecorded(
    String tenant,
    String messageId,
    /** The command, where this system sent the message */
    String commandId,
    /** The business number */
    String from,
    /** The customer */
    String to,
    /** As Infobip names it; absent where the report names none */
    String channel,
    /** The bot or campaign that wrote the command */
    String source,
    /** Of the command */
    @JsonProperty("class") String class_,
    /** The name of the template that was sent */
    String template,
    /** Which of the command’s two contents was sent */
    String sentAs,
    /** Of a message that failed: when it did */
    String deliveredAt,
    /** The report that it was made of; a failure only where Infobip shows a price other than zero */
    String settledBy,
    /** 2 under the same `ce_id` where a price came after a record without one. The highest counts */
    Long revision,
    /** What Meta charges by */
    String category,
    /** What the category was told from */
    String categorySource,
    /** The country code of the customer’s number; `-` where it is not known */
    String market,
    /** Of the customer, when the message was sent */
    String window,
    /** Sent within the 72 hours that the answer to an ad opens */
    String freeEntryPoint,
    /** By Infobip’s price where it shows more than zero, else by Meta’s rules of the day */
    String billable,
    /** The price that Infobip shows. Absent is not zero */
    Reported reported,
    /** By the account’s rate card, if the message is charged. Never to be added to what is reported */
    Estimate estimate) {
    public record Reported(
        /** Decimal string with the digits of Infobip’s JSON */
        String pricePerMessage,
        /** XXX where Infobip names none */
        String currency) {}

    public record Estimate(
        /** Decimal string with the digits of Infobip’s JSON */
        String amount,
        String currency,
        /** The file, as the configuration names it */
        String rateCard) {}
}
