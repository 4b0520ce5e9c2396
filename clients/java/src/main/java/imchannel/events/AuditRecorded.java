// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

/** Somebody looked at a conversation without masks, or had a dead letter sent again. */
public record AuditRecorded(
    String tenant,
    /** reveal: the masks of a conversation were lifted; replay: a dead letter was sent again */
    String action,
    /** The user, as the login names them */
    String by,
    /** console */
    String via,
    /** An HMAC of the conversation’s key under a secret of the console’s store */
    String conversation,
    /** The record that it was done to: topic, partition and offset, with slashes between them */
    String place,
    /** revealed; requested: what became of it is a later event */
    String outcome,
    String detail) {

}
