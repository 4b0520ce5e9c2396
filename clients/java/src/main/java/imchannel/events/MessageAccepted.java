// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** Infobip has taken the message of a command; not yet delivered. */
public record MessageAccepted(
    String commandId,
    /** `-` where the command named none */
    String tenant,
    /** The command’s type where it is not a send */
    String kind,
    /** Infobip’s id of the message, where a request was made */
    String messageId,
    String from,
    String to,
    String callbackData,
    Status status,
    Error error,
    /** accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0 */
    Long rank,
    /** The command asked to be checked only */
    Boolean dryRun) {
    public record Status(
        /** 0 accepted, 1 pending, 2 undeliverable, 3 delivered, 4 expired, 5 rejected */
        Long groupId,
        String groupName,
        Long id,
        String name,
        String description,
        String action) {}

    public record Error(
        /** From docs/errors.md */
        String code,
        /** What is wrong and what to change */
        String reason,
        Long httpStatus,
        /** Infobip’s own words */
        JsonNode infobip) {}
}
