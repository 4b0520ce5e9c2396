// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

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
    /** What spoke against it, by gates that do not reject */
    List<Advice> advice,
    /** Which form was sent, of a command that has a `fallback` */
    String sentAs,
    /** What it reserved, of a tenant that has budgets */
    List<Reserved> reserved,
    /** With `dryRun`: what would be done, and what that was made of */
    Decision decision,
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
        JsonNode infobip,
        /** Which of the gates refused it, before any request */
        String gate,
        /** When the customer service window closed, where that is known */
        String closesAt,
        /** Who says that the customer has opted out: whatsapp, blocklist, keyword, command */
        String source,
        /** When the customer opted out */
        String since,
        /** Where the command does not fit its template … */
        String where,
        /** … what the template wants there … */
        String wanted,
        /** … and what was given */
        String given,
        /** Which budget has no room … */
        String budget,
        /** … and when its period ends */
        String until) {}

    public record Advice(
        String gate,
        /** From docs/errors.md; with the gate on `enforce` the command would have been rejected with it */
        String code,
        String reason) {}

    public record Reserved(
        /** `sender/day/messages/marketing`: per whom, in which time, what, of which category */
        String budget,
        /** The business number; `-` for a budget of the whole tenant */
        String scope,
        /** `2026-12-01` or `2026-12` */
        String period,
        /** Messages, or millionths of the currency */
        Long units) {}

    public record Fact(
        String fact,
        /** `unknown` where it is not known */
        String value,
        /** How long ago it was learnt; absent where it is not known */
        Long ageMs) {}

    public record Decision(
        String verdict,
        String form,
        /** Why it would be rejected */
        String code,
        List<Advice> advice,
        List<Fact> facts) {}
}
