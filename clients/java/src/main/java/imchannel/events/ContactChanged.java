// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A customer has another name than before, or evidence joins two names. */
public record ContactChanged(
    String tenant,
    /** The business number whose webhook shows it */
    String sender,
    /** The portfolio of that number, where the configuration names one */
    String portfolio,
    /** `new-user-id`: a user id under a known phone number; with `previousUserId` that is another person, whose window and opt-in are not those of the one before, while opt-outs stay. `portfolio`: the same, as one of so many that the business’s portfolio moved and everybody stays who they are. `new-phone`: a phone number of a known user id. `spelling`: the same number, written otherwise. `username`: another user name */
    String reason,
    /** The phone number, as the webhook has it */
    String phone,
    /** The BSUID */
    String userId,
    String username,
    String previousPhone,
    String previousUserId,
    String previousUsername,
    /** RFC 3339 in UTC */
    String changedAt,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {

}
