// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

/** A diagnosis: one request to Infobip that carries a command, and what came of it. Left out rather than let it hold up a send: nothing is to be counted by it. */
public record MessageAttempted(
    String tenant,
    String commandId,
    /** The command’s type where it is not a send */
    String kind,
    String messageId,
    String from,
    String to,
    /** As in metrics and traces */
    String account,
    /** omni, whatsapp, messages */
    String api,
    /** Method and path, names in place of what differs */
    String endpoint,
    /** 1 is the command’s first request */
    Long attempt,
    /** accepted, rejected, throttled, refused-key; unsent: no byte of it left; unknown: it may have been processed */
    String outcome,
    /** Absent where there was no answer */
    Long httpStatus,
    /** Infobip’s code, or that of the failure: ECONNREFUSED, ETIMEDOUT */
    String code,
    /** The code in words, Infobip’s where it has some; left out with logs.privacy: mask */
    String reason,
    /** How long Infobip asked to wait */
    Long retryAfterMs,
    Double durationMs) {

}
