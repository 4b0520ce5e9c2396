// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A webhook’s body, or one result of it, that could not be read as anything known: whole, with the reason. */
public record WebhookUnrecognised(
    String tenant,
    /** The reason for programs, such as unknown_kind or missing_message_id */
    String code,
    /** The reason for people */
    String reason,
    /** RFC 3339 in UTC */
    String receivedAt,
    /** The result or body, equal as JSON */
    JsonNode raw,
    /** The JSON text instead of `raw`, where it is nested too deep for common parsers, or has more results or values than a webhook has */
    String rawText) {

}
