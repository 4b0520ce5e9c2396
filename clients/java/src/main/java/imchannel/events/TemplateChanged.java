// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.databind.JsonNode;

/** A message template’s status, category or quality has changed. */
public record TemplateChanged(
    String tenant,
    String templateId,
    String name,
    String language,
    Change change,
    /** `poll`: found in the account’s list, and no webhook told it within ten minutes; absent: a webhook */
    String source,
    /** RFC 3339 in UTC */
    String changedAt,
    String entityId,
    String applicationId,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Change(
        /** TEMPLATE_STATUS_UPDATE, TEMPLATE_CATEGORY_UPDATE, TEMPLATE_QUALITY_UPDATE */
        String type,
        String status,
        String reason,
        String previous,
        String current) {}
}
