// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import java.util.List;

/** Somebody looked at a conversation without masks, or had a dead letter sent again. */
public record AuditRecorded(
    String tenant,
    /** reveal: the masks of a conversation were lifted; replay: a dead letter was sent again; forget: a person is to be forgotten; consent: what a source says of consent was corrected */
    String action,
    /** The user, as the login names them */
    String by,
    /** console, or command line */
    String via,
    /** An HMAC of the conversation’s key under the tenant’s `forgetSecret`, or else a secret of the console’s store */
    String conversation,
    /** forget: HMACs under the tenant’s `forgetSecret` of every name and spelling of one person; what was written of them until the event’s time is forgotten */
    List<String> people,
    /** The record that it was done to: topic, partition and offset, with slashes between them */
    String place,
    /** revealed; requested: what became of it is a later event; forgotten */
    String outcome,
    String detail) {

}
