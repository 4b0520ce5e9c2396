// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Somebody of the business wrote to the customer by its own phone, in WhatsApp Business’s app. Outgoing: nothing to be answered. */
public record MessageEchoed(
    String tenant,
    /** WHATSAPP */
    String channel,
    String messageId,
    /** The business number */
    String from,
    /** The customer: digits, or the BSUID where there is no number */
    String to,
    /** RFC 3339 in UTC */
    String sentAt,
    /** The customer */
    Contact contact,
    /** As far as WhatsApp’s form is known; else `unknown` */
    Content content,
    /** The message that this one quotes */
    ReplyTo replyTo,
    /** Infobip’s result, equal as JSON */
    JsonNode original,
    /** The record would have been too large with the original in it */
    Boolean originalOmitted) {
    public record Contact(
        String name,
        String phoneNumber,
        String userId,
        String parentUserId,
        String username) {}

    public record Media(
        /** Where the media-server gives the bytes */
        String url) {}

    public record Name(
        String firstName,
        String lastName,
        String middleName,
        String namePrefix,
        String nameSuffix,
        String formattedName) {}

    public record Phone(
        String phone,
        String type,
        String waId) {}

    public record Email(
        String email,
        String type) {}

    public record Address(
        String street,
        String city,
        String state,
        String zip,
        String country,
        String countryCode,
        String type) {}

    public record Url(
        String url,
        String type) {}

    public record Org(
        String company,
        String department,
        String title) {}

    public record ContactsContentContact(
        Name name,
        List<Phone> phones,
        List<Email> emails,
        List<Address> addresses,
        List<Url> urls,
        Org org,
        String birthday) {}

    public record Item(
        String title,
        String value) {}

    public record Selection(
        String type,
        String pageIdentifier,
        String text,
        List<Item> items) {}

    public record OrderContentItem(
        String productRetailerId,
        Double quantity,
        /** Decimal string with the digits of Infobip’s JSON */
        String itemPrice,
        String currency) {}

    public record Total(
        /** Decimal string with the digits of Infobip’s JSON */
        String value,
        /** The amount is value / offset */
        String offset) {}

    public record PaymentContentItem(
        String name,
        /** Decimal string with the digits of Infobip’s JSON */
        String amount,
        String retailerId,
        String catalogId) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = UnknownContent.class)
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "text", value = TextContent.class),
        @JsonSubTypes.Type(name = "image", value = ImageContent.class),
        @JsonSubTypes.Type(name = "video", value = VideoContent.class),
        @JsonSubTypes.Type(name = "audio", value = AudioContent.class),
        @JsonSubTypes.Type(name = "voice", value = VoiceContent.class),
        @JsonSubTypes.Type(name = "document", value = DocumentContent.class),
        @JsonSubTypes.Type(name = "sticker", value = StickerContent.class),
        @JsonSubTypes.Type(name = "location", value = LocationContent.class),
        @JsonSubTypes.Type(name = "contacts", value = ContactsContent.class),
        @JsonSubTypes.Type(name = "button", value = ButtonContent.class),
        @JsonSubTypes.Type(name = "buttonReply", value = ButtonReplyContent.class),
        @JsonSubTypes.Type(name = "listReply", value = ListReplyContent.class),
        @JsonSubTypes.Type(name = "flowReply", value = FlowReplyContent.class),
        @JsonSubTypes.Type(name = "formReply", value = FormReplyContent.class),
        @JsonSubTypes.Type(name = "order", value = OrderContent.class),
        @JsonSubTypes.Type(name = "reaction", value = ReactionContent.class),
        @JsonSubTypes.Type(name = "payment", value = PaymentContent.class),
        @JsonSubTypes.Type(name = "callPermission", value = CallPermissionContent.class),
        @JsonSubTypes.Type(name = "authentication", value = AuthenticationContent.class),
        @JsonSubTypes.Type(name = "infected", value = InfectedContent.class),
        @JsonSubTypes.Type(name = "unsupported", value = UnsupportedContent.class),
        @JsonSubTypes.Type(name = "unknown", value = UnknownContent.class)
    })
    public sealed interface Content {}

    public record TextContent(
        String text,
        /** The subject line of a message of several parts */
        Boolean subject,
        /** A link that came as a part of its own */
        String url,
        String cleanText,
        String keyword) implements Content {}

    public record ImageContent(
        /** Infobip’s own URL: needs the account’s API key, gone after 7 days */
        String url,
        String caption,
        String fileName,
        Media media) implements Content {}

    public record VideoContent(
        /** Infobip’s own URL: needs the account’s API key, gone after 7 days */
        String url,
        String caption,
        String fileName,
        Media media) implements Content {}

    public record AudioContent(
        /** Infobip’s own URL: needs the account’s API key, gone after 7 days */
        String url,
        String caption,
        String fileName,
        Media media) implements Content {}

    public record VoiceContent(
        /** Infobip’s own URL: needs the account’s API key, gone after 7 days */
        String url,
        String caption,
        String fileName,
        Media media) implements Content {}

    public record DocumentContent(
        /** Infobip’s own URL: needs the account’s API key, gone after 7 days */
        String url,
        String caption,
        String fileName,
        Media media) implements Content {}

    public record StickerContent(
        /** Infobip’s own URL: needs the account’s API key, gone after 7 days */
        String url,
        String caption,
        String fileName,
        Media media) implements Content {}

    public record LocationContent(
        Double latitude,
        Double longitude,
        String name,
        String address,
        /** A link to the place, not a media item */
        String url) implements Content {}

    public record ContactsContent(
        List<ContactsContentContact> contacts) implements Content {}

    public record ButtonContent(
        String text,
        String payload) implements Content {}

    public record ButtonReplyContent(
        String id,
        String title,
        String payload) implements Content {}

    public record ListReplyContent(
        String id,
        String title,
        String description) implements Content {}

    public record FlowReplyContent(
        String text,
        /** The form’s answer, as the customer’s flow made it */
        JsonNode response) implements Content {}

    public record FormReplyContent(
        Boolean isPrivate,
        List<Selection> selections) implements Content {}

    public record OrderContent(
        String catalogId,
        String text,
        List<OrderContentItem> items) implements Content {}

    public record ReactionContent(
        String emoji,
        /** ADDED or REMOVED */
        String action,
        /** The message reacted to */
        String messageId) implements Content {}

    public record PaymentContent(
        String referenceId,
        String paymentId,
        String status,
        String currency,
        Total total,
        String transactionId,
        String transactionType,
        List<PaymentContentItem> items) implements Content {}

    public record CallPermissionContent(
        /** ACCEPT or REJECT */
        String response,
        /** RFC 3339 in UTC */
        String expiresAt) implements Content {}

    public record AuthenticationContent(
        String status,
        String passkeyHash,
        String authCode,
        String error) implements Content {}

    public record InfectedContent(
        String malware) implements Content {}

    public record UnsupportedContent() implements Content {}

    public record UnknownContent(
        /** Infobip’s name of a kind that IMChannel does not know */
        String infobipType) implements Content {}

    public record ReplyTo(
        String messageId) {}
}
