// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A customer may no longer be written to, or may again: marketing, or at all. */
public record ConsentChanged(
    String tenant,
    /** The business number; absent where it is about all of the account */
    String sender,
    /** The customer */
    String from,
    /** The BSUID */
    String userId,
    /** As Infobip words it */
    String status,
    String description,
    /** RFC 3339 in UTC */
    String changedAt,
    /** `unknown`: a status that IMChannel does not know */
    String state,
    String scope,
    /** The name of the template that it is about, where the scope is one template */
    String template,
    /** WhatsApp’s own switch, Infobip’s blocklist, a key word, or a command; each lifts itself alone */
    String source,
    /** As Infobip names it; absent where it is about all */
    String channel,
    Evidence evidence,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Evidence(
        /** The message that shows it */
        String messageId,
        /** Of the blocklist: MO, URL_OPT_OUT, CAMPAIGN */
        String sourceType,
        String campaign,
        /** The command that says it */
        String commandId,
        /** Who corrected or imported it */
        String by) {}
}
