// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

/** What one source says now of one customer. Compacted: the last record of a key counts, one without a value takes it away. */
public record ConsentRecorded(
    String tenant,
    /** The business number; absent where it is about all of the account */
    String sender,
    /** The customer, as the key has it */
    String from,
    /** Each source has a record of its own, and lifts that alone */
    String source,
    String state,
    String scope,
    /** The name of the template, where the scope is one template */
    String template,
    /** The provider’s time of the change */
    String since,
    String description,
    Evidence evidence) {
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
