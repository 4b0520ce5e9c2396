// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

/** Say that a customer may not be written to, or may again. It speaks for the source `command` alone: what WhatsApp, the blocklist or a key word say stands. */
public record ConsentSet(
    /** Makes the command idempotent: a repeat gives neither a request nor an event */
    String id,
    /** imchannel.consent.set.v1 */
    String type,
    String tenant,
    /** The business number, digits; left out it is about all numbers of the tenant */
    String from,
    /** The customer’s phone number, digits, or BSUID */
    String to,
    String state,
    /** `all` covers every message, `marketing` templates of that category, `template` the one that is named */
    String scope,
    /** Its name, where the scope is `template` */
    String template,
    /** Kept as evidence; no secrets */
    String reason) {
    public ConsentSet(String tenant, String to, String state, String scope, String reason) {
        this(null, null, tenant, null, to, state, scope, null, reason);
    }

    public ConsentSet withId(String id) {
        return new ConsentSet(id, type, tenant, from, to, state, scope, template, reason);
    }

    public ConsentSet withType(String type) {
        return new ConsentSet(id, type, tenant, from, to, state, scope, template, reason);
    }

    public ConsentSet withFrom(String from) {
        return new ConsentSet(id, type, tenant, from, to, state, scope, template, reason);
    }

    public ConsentSet withTemplate(String template) {
        return new ConsentSet(id, type, tenant, from, to, state, scope, template, reason);
    }


}
