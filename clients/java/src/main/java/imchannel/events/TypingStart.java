// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

/** Show the customer that somebody types. Tried for 60 s at most. */
public record TypingStart(
    /** Makes the command idempotent: a repeat gives neither a request nor an event */
    String id,
    String type,
    String tenant,
    /** The business number, digits */
    String from,
    /** The customer’s phone number, digits, or BSUID */
    String to,
    String messageId) {
    public TypingStart(String tenant, String from, String to) {
        this(null, null, tenant, from, to, null);
    }

    public TypingStart withId(String id) {
        return new TypingStart(id, type, tenant, from, to, messageId);
    }

    public TypingStart withType(String type) {
        return new TypingStart(id, type, tenant, from, to, messageId);
    }

    public TypingStart withMessageId(String messageId) {
        return new TypingStart(id, type, tenant, from, to, messageId);
    }


}
