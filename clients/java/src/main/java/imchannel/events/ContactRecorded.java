// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import java.util.List;

/** What is known of one name of a customer. Compacted: the last record of a key counts, one without a value takes it away. */
public record ContactRecorded(
    String tenant,
    /** The portfolio, or the business number where the configuration names none */
    String scope,
    /** A phone number or a BSUID */
    String name,
    /** When it was first known here */
    String since,
    /** The oldest of the person’s names: the last part of the conversation’s key */
    Conversation conversation,
    /** The names that evidence joins with this one */
    List<Link> links,
    Username username,
    /** When WhatsApp last refused a message since the customer’s identity had changed, and last had it confirmed */
    Identity identity) {
    public record Conversation(
        String name,
        /** RFC 3339 in UTC */
        String since) {}

    public record Link(
        String name,
        /** The provider’s time of the first webhook that shows both names */
        String since,
        /** Part of a portfolio’s move: the same person as before */
        Boolean moved) {}

    public record Username(
        String value,
        /** RFC 3339 in UTC */
        String since) {}

    public record Identity(
        /** RFC 3339 in UTC */
        String unconfirmedAt,
        /** RFC 3339 in UTC */
        String confirmedAt) {}
}
