// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

/** Mark a customer’s message as read. Tried for 60 s at most. */
public record MessageRead(
    /** Makes the command idempotent: a repeat gives neither a request nor an event */
    String id,
    String type,
    String tenant,
    /** The business number, digits */
    String from,
    /** The customer’s phone number, digits, or BSUID */
    String to,
    /** Of the customer’s message */
    String messageId) {
    public MessageRead(String tenant, String from, String messageId) {
        this(null, null, tenant, from, null, messageId);
    }

    public MessageRead withId(String id) {
        return new MessageRead(id, type, tenant, from, to, messageId);
    }

    public MessageRead withType(String type) {
        return new MessageRead(id, type, tenant, from, to, messageId);
    }

    public MessageRead withTo(String to) {
        return new MessageRead(id, type, tenant, from, to, messageId);
    }


}
