// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
package imchannel.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Send one message to one customer. */
public record MessageSend(
    /** Makes the command idempotent: a repeat gives neither a request nor an event */
    String id,
    /** imchannel.message.send.v1; may be left out */
    String type,
    String tenant,
    /** The business number, digits */
    String from,
    /** The customer’s phone number, digits, or BSUID */
    String to,
    Content content,
    /** A second form, under the same id: sent instead of `content` while the customer service window is closed */
    Fallback fallback,
    /** What it is, where a template’s category is not known; opt-outs of marketing cover `marketing` */
    String category,
    /** Rejects a template whose category is known to be another one that costs more (`template_category`) */
    String maxCategory,
    /** Quotes a message */
    ReplyTo replyTo,
    /** The bot or campaign that writes it, by which its cost is told; the SDK fills in the bot’s name */
    String source,
    /** An answer to the customer, a message of its own, or one of many: of a number’s messages a second replies go first, then notifications, and `bulk` keeps a tenth. Left out it is its topic’s, else `notification`. Its cost is told by it */
    @JsonProperty("class") String class_,
    /** Comes back with every report; no secrets */
    String callbackData,
    /** RFC 3339; not before this */
    String sendAt,
    /** RFC 3339; not after this */
    String expiresAt,
    /** Check and answer, send nothing */
    Boolean validateOnly,
    String entityId,
    String applicationId) {
    public MessageSend(String tenant, String from, String to, Content content) {
        this(null, null, tenant, from, to, content, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    public MessageSend withId(String id) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withType(String type) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withFallback(Fallback fallback) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withCategory(String category) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withMaxCategory(String maxCategory) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withReplyTo(ReplyTo replyTo) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withSource(String source) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withClass(String class_) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withCallbackData(String callbackData) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withSendAt(String sendAt) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withExpiresAt(String expiresAt) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withValidateOnly(Boolean validateOnly) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withEntityId(String entityId) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public MessageSend withApplicationId(String applicationId) {
        return new MessageSend(id, type, tenant, from, to, content, fallback, category, maxCategory, replyTo, source, class_, callbackData, sendAt, expiresAt, validateOnly, entityId, applicationId);
    }

    public record Media(
        /** What the media-server answered to the upload */
        String id,
        /** An http(s) URL that Infobip can fetch */
        String url,
        /** The bytes themselves, up to 512 KiB decoded */
        String base64,
        String contentType) {
        public Media() {
            this(null, null, null, null);
        }

        public Media withId(String id) {
            return new Media(id, url, base64, contentType);
        }

        public Media withUrl(String url) {
            return new Media(id, url, base64, contentType);
        }

        public Media withBase64(String base64) {
            return new Media(id, url, base64, contentType);
        }

        public Media withContentType(String contentType) {
            return new Media(id, url, base64, contentType);
        }
    }

    public record Name(
        String firstName,
        String formattedName,
        String lastName,
        String middleName,
        String namePrefix,
        String nameSuffix) {
        public Name(String firstName, String formattedName) {
            this(firstName, formattedName, null, null, null, null);
        }

        public Name withLastName(String lastName) {
            return new Name(firstName, formattedName, lastName, middleName, namePrefix, nameSuffix);
        }

        public Name withMiddleName(String middleName) {
            return new Name(firstName, formattedName, lastName, middleName, namePrefix, nameSuffix);
        }

        public Name withNamePrefix(String namePrefix) {
            return new Name(firstName, formattedName, lastName, middleName, namePrefix, nameSuffix);
        }

        public Name withNameSuffix(String nameSuffix) {
            return new Name(firstName, formattedName, lastName, middleName, namePrefix, nameSuffix);
        }
    }

    public record Phone(
        String phone,
        String type,
        String waId) {
        public Phone(String phone) {
            this(phone, null, null);
        }

        public Phone withType(String type) {
            return new Phone(phone, type, waId);
        }

        public Phone withWaId(String waId) {
            return new Phone(phone, type, waId);
        }
    }

    public record Email(
        String email,
        String type) {
        public Email(String email) {
            this(email, null);
        }

        public Email withType(String type) {
            return new Email(email, type);
        }
    }

    public record Url(
        String url,
        String type) {
        public Url(String url) {
            this(url, null);
        }

        public Url withType(String type) {
            return new Url(url, type);
        }
    }

    public record Address(
        String street,
        String city,
        String state,
        String zip,
        String country,
        String countryCode,
        String type) {
        public Address() {
            this(null, null, null, null, null, null, null);
        }

        public Address withStreet(String street) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }

        public Address withCity(String city) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }

        public Address withState(String state) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }

        public Address withZip(String zip) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }

        public Address withCountry(String country) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }

        public Address withCountryCode(String countryCode) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }

        public Address withType(String type) {
            return new Address(street, city, state, zip, country, countryCode, type);
        }
    }

    public record Org(
        String company,
        String department,
        String title) {
        public Org() {
            this(null, null, null);
        }

        public Org withCompany(String company) {
            return new Org(company, department, title);
        }

        public Org withDepartment(String department) {
            return new Org(company, department, title);
        }

        public Org withTitle(String title) {
            return new Org(company, department, title);
        }
    }

    public record Contact(
        Name name,
        List<Phone> phones,
        List<Email> emails,
        List<Url> urls,
        List<Address> addresses,
        Org org,
        /** YYYY-MM-DD */
        String birthday) {
        public Contact(Name name) {
            this(name, null, null, null, null, null, null);
        }

        public Contact withPhones(List<Phone> phones) {
            return new Contact(name, phones, emails, urls, addresses, org, birthday);
        }

        public Contact withEmails(List<Email> emails) {
            return new Contact(name, phones, emails, urls, addresses, org, birthday);
        }

        public Contact withUrls(List<Url> urls) {
            return new Contact(name, phones, emails, urls, addresses, org, birthday);
        }

        public Contact withAddresses(List<Address> addresses) {
            return new Contact(name, phones, emails, urls, addresses, org, birthday);
        }

        public Contact withOrg(Org org) {
            return new Contact(name, phones, emails, urls, addresses, org, birthday);
        }

        public Contact withBirthday(String birthday) {
            return new Contact(name, phones, emails, urls, addresses, org, birthday);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "text", value = TextHeader.class),
        @JsonSubTypes.Type(name = "image", value = ImageHeader.class),
        @JsonSubTypes.Type(name = "video", value = VideoHeader.class),
        @JsonSubTypes.Type(name = "gif", value = GifHeader.class),
        @JsonSubTypes.Type(name = "document", value = DocumentHeader.class),
        @JsonSubTypes.Type(name = "location", value = LocationHeader.class)
    })
    public sealed interface Header {}

    public record TextHeader(
        String placeholder) implements Header {}

    public record ImageHeader(
        Media media) implements Header {}

    public record VideoHeader(
        Media media) implements Header {}

    public record GifHeader(
        Media media) implements Header {}

    public record DocumentHeader(
        Media media,
        String filename) implements Header {}

    public record LocationHeader(
        Double latitude,
        Double longitude) implements Header {}

    public record Section(
        String title,
        List<String> productRetailerIds) {}

    public record Payment(
        String type) {}

    public record Total(
        Long value) {}

    public record Amount(
        /** In the currency’s smallest unit */
        Long value) {}

    public record Item(
        String retailerId,
        String name,
        Amount amount,
        Amount saleAmount,
        Long quantity,
        String originCountry,
        String importerName,
        Map<String, JsonNode> importerAddress) {
        public Item(String retailerId, String name, Amount amount, Long quantity) {
            this(retailerId, name, amount, null, quantity, null, null, null);
        }

        public Item withSaleAmount(Amount saleAmount) {
            return new Item(retailerId, name, amount, saleAmount, quantity, originCountry, importerName, importerAddress);
        }

        public Item withOriginCountry(String originCountry) {
            return new Item(retailerId, name, amount, saleAmount, quantity, originCountry, importerName, importerAddress);
        }

        public Item withImporterName(String importerName) {
            return new Item(retailerId, name, amount, saleAmount, quantity, originCountry, importerName, importerAddress);
        }

        public Item withImporterAddress(Map<String, JsonNode> importerAddress) {
            return new Item(retailerId, name, amount, saleAmount, quantity, originCountry, importerName, importerAddress);
        }
    }

    public record Tax(
        Long value,
        String description) {
        public Tax(Long value) {
            this(value, null);
        }

        public Tax withDescription(String description) {
            return new Tax(value, description);
        }
    }

    public record Discount(
        Tax amount,
        String programName) {
        public Discount(Tax amount) {
            this(amount, null);
        }

        public Discount withProgramName(String programName) {
            return new Discount(amount, programName);
        }
    }

    public record Expiration(
        Long seconds,
        String description) {}

    public record Order(
        String catalogId,
        List<Item> items,
        Amount subtotal,
        Tax tax,
        Tax shipping,
        Discount discount,
        Expiration expiration,
        Boolean quickPay) {
        public Order(List<Item> items, Amount subtotal, Tax tax) {
            this(null, items, subtotal, tax, null, null, null, null);
        }

        public Order withCatalogId(String catalogId) {
            return new Order(catalogId, items, subtotal, tax, shipping, discount, expiration, quickPay);
        }

        public Order withShipping(Tax shipping) {
            return new Order(catalogId, items, subtotal, tax, shipping, discount, expiration, quickPay);
        }

        public Order withDiscount(Discount discount) {
            return new Order(catalogId, items, subtotal, tax, shipping, discount, expiration, quickPay);
        }

        public Order withExpiration(Expiration expiration) {
            return new Order(catalogId, items, subtotal, tax, shipping, discount, expiration, quickPay);
        }

        public Order withQuickPay(Boolean quickPay) {
            return new Order(catalogId, items, subtotal, tax, shipping, discount, expiration, quickPay);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "quickReply", value = QuickReplyButton.class),
        @JsonSubTypes.Type(name = "url", value = UrlButton.class),
        @JsonSubTypes.Type(name = "copyCode", value = CopyCodeButton.class),
        @JsonSubTypes.Type(name = "flow", value = FlowButton.class),
        @JsonSubTypes.Type(name = "catalog", value = CatalogButton.class),
        @JsonSubTypes.Type(name = "products", value = ProductsButton.class),
        @JsonSubTypes.Type(name = "orderDetails", value = OrderDetailsButton.class),
        @JsonSubTypes.Type(name = "voiceCall", value = VoiceCallButton.class)
    })
    public sealed interface Button {}

    public record QuickReplyButton(
        String payload) implements Button {}

    public record UrlButton(
        String parameter) implements Button {
        public UrlButton() {
            this(null);
        }

        public UrlButton withParameter(String parameter) {
            return new UrlButton(parameter);
        }
    }

    public record CopyCodeButton(
        String code) implements Button {}

    public record FlowButton(
        String flowToken,
        Map<String, JsonNode> data) implements Button {
        public FlowButton() {
            this(null, null);
        }

        public FlowButton withFlowToken(String flowToken) {
            return new FlowButton(flowToken, data);
        }

        public FlowButton withData(Map<String, JsonNode> data) {
            return new FlowButton(flowToken, data);
        }
    }

    public record CatalogButton(
        String thumbnailProductRetailerId) implements Button {
        public CatalogButton() {
            this(null);
        }

        public CatalogButton withThumbnailProductRetailerId(String thumbnailProductRetailerId) {
            return new CatalogButton(thumbnailProductRetailerId);
        }
    }

    public record ProductsButton(
        String thumbnailProductRetailerId,
        List<Section> sections) implements Button {
        public ProductsButton(List<Section> sections) {
            this(null, sections);
        }

        public ProductsButton withThumbnailProductRetailerId(String thumbnailProductRetailerId) {
            return new ProductsButton(thumbnailProductRetailerId, sections);
        }
    }

    public record OrderDetailsButton(
        Payment payment,
        String paymentConfiguration,
        String currency,
        String orderType,
        Total total,
        Order order) implements Button {
        public OrderDetailsButton(Payment payment, String currency, String orderType, Total total, Order order) {
            this(payment, null, currency, orderType, total, order);
        }

        public OrderDetailsButton withPaymentConfiguration(String paymentConfiguration) {
            return new OrderDetailsButton(payment, paymentConfiguration, currency, orderType, total, order);
        }
    }

    public record VoiceCallButton(
        Long validityMinutes,
        String payload) implements Button {
        public VoiceCallButton() {
            this(null, null);
        }

        public VoiceCallButton withValidityMinutes(Long validityMinutes) {
            return new VoiceCallButton(validityMinutes, payload);
        }

        public VoiceCallButton withPayload(String payload) {
            return new VoiceCallButton(validityMinutes, payload);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "quickReply", value = QuickReplyCarouselButton.class),
        @JsonSubTypes.Type(name = "url", value = UrlCarouselButton.class)
    })
    public sealed interface CarouselButton {}

    public record QuickReplyCarouselButton(
        String payload) implements CarouselButton {}

    public record UrlCarouselButton(
        String parameter) implements CarouselButton {
        public UrlCarouselButton() {
            this(null);
        }

        public UrlCarouselButton withParameter(String parameter) {
            return new UrlCarouselButton(parameter);
        }
    }

    public record Carousel(
        Header header,
        List<String> placeholders,
        List<CarouselButton> buttons) {
        public Carousel(Header header) {
            this(header, null, null);
        }

        public Carousel withPlaceholders(List<String> placeholders) {
            return new Carousel(header, placeholders, buttons);
        }

        public Carousel withButtons(List<CarouselButton> buttons) {
            return new Carousel(header, placeholders, buttons);
        }
    }

    public record LimitedTimeOffer(
        String expiresAt) {}

    public record OrderStatu(
        Payment payment,
        String status,
        String description) {
        public OrderStatu(Payment payment, String status) {
            this(payment, status, null);
        }

        public OrderStatu withDescription(String description) {
            return new OrderStatu(payment, status, description);
        }
    }

    public record SmsFailover(
        String from,
        String text) {}

    public record ButtonsContentButton(
        String id,
        String title) {}

    public record ButtonsContentTextHeader(
        String type,
        String text) {}

    public record ButtonsContentImageHeader(
        String type,
        Media media) {}

    public record ButtonsContentVideoHeader(
        String type,
        Media media) {}

    public record ButtonsContentDocumentHeader(
        String type,
        Media media,
        String filename) {
        public ButtonsContentDocumentHeader(String type, Media media) {
            this(type, media, null);
        }

        public ButtonsContentDocumentHeader withFilename(String filename) {
            return new ButtonsContentDocumentHeader(type, media, filename);
        }
    }

    public record Row(
        String id,
        String title,
        String description) {
        public Row(String id, String title) {
            this(id, title, null);
        }

        public Row withDescription(String description) {
            return new Row(id, title, description);
        }
    }

    public record ListContentSection(
        String title,
        List<Row> rows) {
        public ListContentSection(List<Row> rows) {
            this(null, rows);
        }

        public ListContentSection withTitle(String title) {
            return new ListContentSection(title, rows);
        }
    }

    public record ProductListContentSection(
        String title,
        List<String> productRetailerIds) {
        public ProductListContentSection(List<String> productRetailerIds) {
            this(null, productRetailerIds);
        }

        public ProductListContentSection withTitle(String title) {
            return new ProductListContentSection(title, productRetailerIds);
        }
    }

    public record CardHeader(
        String type,
        Media media) {}

    public record CardButton(
        String id,
        String title) {}

    public record Card(
        CardHeader header,
        String body,
        List<CardButton> buttons) {}

    public record CarouselContentCardButton(
        String title,
        String url) {}

    public record CarouselContentCard(
        CardHeader header,
        String body,
        CarouselContentCardButton button) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "text", value = TextContent.class),
        @JsonSubTypes.Type(name = "image", value = ImageContent.class),
        @JsonSubTypes.Type(name = "video", value = VideoContent.class),
        @JsonSubTypes.Type(name = "document", value = DocumentContent.class),
        @JsonSubTypes.Type(name = "audio", value = AudioContent.class),
        @JsonSubTypes.Type(name = "sticker", value = StickerContent.class),
        @JsonSubTypes.Type(name = "location", value = LocationContent.class),
        @JsonSubTypes.Type(name = "contacts", value = ContactsContent.class),
        @JsonSubTypes.Type(name = "template", value = TemplateContent.class),
        @JsonSubTypes.Type(name = "buttons", value = ButtonsContent.class),
        @JsonSubTypes.Type(name = "list", value = ListContent.class),
        @JsonSubTypes.Type(name = "urlButton", value = UrlButtonContent.class),
        @JsonSubTypes.Type(name = "product", value = ProductContent.class),
        @JsonSubTypes.Type(name = "productList", value = ProductListContent.class),
        @JsonSubTypes.Type(name = "carousel", value = CarouselContent.class),
        @JsonSubTypes.Type(name = "flow", value = FlowContent.class),
        @JsonSubTypes.Type(name = "voiceButton", value = VoiceButtonContent.class),
        @JsonSubTypes.Type(name = "locationRequest", value = LocationRequestContent.class),
        @JsonSubTypes.Type(name = "contactRequest", value = ContactRequestContent.class),
        @JsonSubTypes.Type(name = "callPermissionRequest", value = CallPermissionRequestContent.class),
        @JsonSubTypes.Type(name = "authenticationRequest", value = AuthenticationRequestContent.class),
        @JsonSubTypes.Type(name = "orderDetails", value = OrderDetailsContent.class),
        @JsonSubTypes.Type(name = "orderStatus", value = OrderStatusContent.class),
        @JsonSubTypes.Type(name = "native", value = NativeContent.class)
    })
    public sealed interface Content {}

    public record TextContent(
        String text,
        Boolean previewUrl) implements Content {
        public TextContent(String text) {
            this(text, null);
        }

        public TextContent withPreviewUrl(Boolean previewUrl) {
            return new TextContent(text, previewUrl);
        }
    }

    public record ImageContent(
        Media media,
        String caption,
        String filename) implements Content {
        public ImageContent(Media media) {
            this(media, null, null);
        }

        public ImageContent withCaption(String caption) {
            return new ImageContent(media, caption, filename);
        }

        public ImageContent withFilename(String filename) {
            return new ImageContent(media, caption, filename);
        }
    }

    public record VideoContent(
        Media media,
        String caption,
        String filename) implements Content {
        public VideoContent(Media media) {
            this(media, null, null);
        }

        public VideoContent withCaption(String caption) {
            return new VideoContent(media, caption, filename);
        }

        public VideoContent withFilename(String filename) {
            return new VideoContent(media, caption, filename);
        }
    }

    public record DocumentContent(
        Media media,
        String caption,
        String filename) implements Content {
        public DocumentContent(Media media) {
            this(media, null, null);
        }

        public DocumentContent withCaption(String caption) {
            return new DocumentContent(media, caption, filename);
        }

        public DocumentContent withFilename(String filename) {
            return new DocumentContent(media, caption, filename);
        }
    }

    public record AudioContent(
        Media media,
        String filename,
        Boolean voice) implements Content {
        public AudioContent(Media media) {
            this(media, null, null);
        }

        public AudioContent withFilename(String filename) {
            return new AudioContent(media, filename, voice);
        }

        public AudioContent withVoice(Boolean voice) {
            return new AudioContent(media, filename, voice);
        }
    }

    public record StickerContent(
        Media media,
        String filename) implements Content {
        public StickerContent(Media media) {
            this(media, null);
        }

        public StickerContent withFilename(String filename) {
            return new StickerContent(media, filename);
        }
    }

    public record LocationContent(
        Double latitude,
        Double longitude,
        String name,
        String address) implements Content {
        public LocationContent(Double latitude, Double longitude) {
            this(latitude, longitude, null, null);
        }

        public LocationContent withName(String name) {
            return new LocationContent(latitude, longitude, name, address);
        }

        public LocationContent withAddress(String address) {
            return new LocationContent(latitude, longitude, name, address);
        }
    }

    public record ContactsContent(
        List<Contact> contacts) implements Content {}

    public record TemplateContent(
        String name,
        /** As the template was registered: en_GB */
        String language,
        String namespace,
        /** The values of the body, in order */
        List<String> placeholders,
        Header header,
        List<Button> buttons,
        List<Carousel> carousel,
        LimitedTimeOffer limitedTimeOffer,
        List<OrderStatu> orderStatus,
        SmsFailover smsFailover) implements Content {
        public TemplateContent(String name, String language) {
            this(name, language, null, null, null, null, null, null, null, null);
        }

        public TemplateContent withNamespace(String namespace) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withPlaceholders(List<String> placeholders) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withHeader(Header header) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withButtons(List<Button> buttons) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withCarousel(List<Carousel> carousel) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withLimitedTimeOffer(LimitedTimeOffer limitedTimeOffer) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withOrderStatus(List<OrderStatu> orderStatus) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public TemplateContent withSmsFailover(SmsFailover smsFailover) {
            return new TemplateContent(name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }
    }

    public record ButtonsContent(
        String body,
        List<ButtonsContentButton> buttons,
        Object header,
        String footer) implements Content {
        public ButtonsContent(String body, List<ButtonsContentButton> buttons) {
            this(body, buttons, null, null);
        }

        public ButtonsContent withHeader(Object header) {
            return new ButtonsContent(body, buttons, header, footer);
        }

        public ButtonsContent withFooter(String footer) {
            return new ButtonsContent(body, buttons, header, footer);
        }
    }

    public record ListContent(
        String body,
        /** What opens the list */
        String button,
        List<ListContentSection> sections,
        String header,
        String footer) implements Content {
        public ListContent(String body, String button, List<ListContentSection> sections) {
            this(body, button, sections, null, null);
        }

        public ListContent withHeader(String header) {
            return new ListContent(body, button, sections, header, footer);
        }

        public ListContent withFooter(String footer) {
            return new ListContent(body, button, sections, header, footer);
        }
    }

    public record UrlButtonContent(
        String body,
        /** What the button says */
        String title,
        String url,
        Object header,
        String footer) implements Content {
        public UrlButtonContent(String body, String title, String url) {
            this(body, title, url, null, null);
        }

        public UrlButtonContent withHeader(Object header) {
            return new UrlButtonContent(body, title, url, header, footer);
        }

        public UrlButtonContent withFooter(String footer) {
            return new UrlButtonContent(body, title, url, header, footer);
        }
    }

    public record ProductContent(
        String catalogId,
        String productRetailerId,
        String body,
        String footer) implements Content {
        public ProductContent(String catalogId, String productRetailerId) {
            this(catalogId, productRetailerId, null, null);
        }

        public ProductContent withBody(String body) {
            return new ProductContent(catalogId, productRetailerId, body, footer);
        }

        public ProductContent withFooter(String footer) {
            return new ProductContent(catalogId, productRetailerId, body, footer);
        }
    }

    public record ProductListContent(
        String header,
        String body,
        String catalogId,
        List<ProductListContentSection> sections,
        String footer) implements Content {
        public ProductListContent(String header, String body, String catalogId, List<ProductListContentSection> sections) {
            this(header, body, catalogId, sections, null);
        }

        public ProductListContent withFooter(String footer) {
            return new ProductListContent(header, body, catalogId, sections, footer);
        }
    }

    public record CarouselContent(
        String body,
        Object cards) implements Content {}

    public record FlowContent(
        String body,
        String button,
        String flowId,
        String flowToken,
        String mode,
        Long version,
        String action,
        /** The first screen, with action NAVIGATE alone */
        String screen,
        Map<String, JsonNode> data,
        String header,
        String footer) implements Content {
        public FlowContent(String body, String button, String flowId, String flowToken) {
            this(body, button, flowId, flowToken, null, null, null, null, null, null, null);
        }

        public FlowContent withMode(String mode) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }

        public FlowContent withVersion(Long version) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }

        public FlowContent withAction(String action) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }

        public FlowContent withScreen(String screen) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }

        public FlowContent withData(Map<String, JsonNode> data) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }

        public FlowContent withHeader(String header) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }

        public FlowContent withFooter(String footer) {
            return new FlowContent(body, button, flowId, flowToken, mode, version, action, screen, data, header, footer);
        }
    }

    public record VoiceButtonContent(
        String body,
        String button,
        Long validityMinutes,
        String payload) implements Content {
        public VoiceButtonContent(String body) {
            this(body, null, null, null);
        }

        public VoiceButtonContent withButton(String button) {
            return new VoiceButtonContent(body, button, validityMinutes, payload);
        }

        public VoiceButtonContent withValidityMinutes(Long validityMinutes) {
            return new VoiceButtonContent(body, button, validityMinutes, payload);
        }

        public VoiceButtonContent withPayload(String payload) {
            return new VoiceButtonContent(body, button, validityMinutes, payload);
        }
    }

    public record LocationRequestContent(
        String body) implements Content {}

    public record ContactRequestContent(
        String body) implements Content {}

    public record CallPermissionRequestContent() implements Content {}

    public record AuthenticationRequestContent() implements Content {}

    public record OrderDetailsContent(
        String body,
        Payment payment,
        String paymentConfiguration,
        String currency,
        String orderType,
        Total total,
        Order order,
        ButtonsContentImageHeader header,
        String footer) implements Content {
        public OrderDetailsContent(String body, Payment payment, String currency, String orderType, Total total, Order order) {
            this(body, payment, null, currency, orderType, total, order, null, null);
        }

        public OrderDetailsContent withPaymentConfiguration(String paymentConfiguration) {
            return new OrderDetailsContent(body, payment, paymentConfiguration, currency, orderType, total, order, header, footer);
        }

        public OrderDetailsContent withHeader(ButtonsContentImageHeader header) {
            return new OrderDetailsContent(body, payment, paymentConfiguration, currency, orderType, total, order, header, footer);
        }

        public OrderDetailsContent withFooter(String footer) {
            return new OrderDetailsContent(body, payment, paymentConfiguration, currency, orderType, total, order, header, footer);
        }
    }

    public record OrderStatusContent(
        Payment payment,
        String status,
        String description,
        String body,
        String footer) implements Content {
        public OrderStatusContent(Payment payment, String status) {
            this(payment, status, null, null, null);
        }

        public OrderStatusContent withDescription(String description) {
            return new OrderStatusContent(payment, status, description, body, footer);
        }

        public OrderStatusContent withBody(String body) {
            return new OrderStatusContent(payment, status, description, body, footer);
        }

        public OrderStatusContent withFooter(String footer) {
            return new OrderStatusContent(payment, status, description, body, footer);
        }
    }

    public record NativeContent(
        String api,
        /** whatsapp only: what follows /whatsapp/1/message/, such as interactive/flow */
        String path,
        /** Infobip’s own JSON; sender, recipient and messageId are set by the dispatcher */
        Map<String, JsonNode> body) implements Content {
        public NativeContent(String api, Map<String, JsonNode> body) {
            this(api, null, body);
        }

        public NativeContent withPath(String path) {
            return new NativeContent(api, path, body);
        }
    }

    public record Fallback(
        String type,
        String name,
        /** As the template was registered: en_GB */
        String language,
        String namespace,
        /** The values of the body, in order */
        List<String> placeholders,
        Header header,
        List<Button> buttons,
        List<Carousel> carousel,
        LimitedTimeOffer limitedTimeOffer,
        List<OrderStatu> orderStatus,
        SmsFailover smsFailover) {
        public Fallback(String type, String name, String language) {
            this(type, name, language, null, null, null, null, null, null, null, null);
        }

        public Fallback withNamespace(String namespace) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withPlaceholders(List<String> placeholders) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withHeader(Header header) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withButtons(List<Button> buttons) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withCarousel(List<Carousel> carousel) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withLimitedTimeOffer(LimitedTimeOffer limitedTimeOffer) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withOrderStatus(List<OrderStatu> orderStatus) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }

        public Fallback withSmsFailover(SmsFailover smsFailover) {
            return new Fallback(type, name, language, namespace, placeholders, header, buttons, carousel, limitedTimeOffer, orderStatus, smsFailover);
        }
    }

    public record ReplyTo(
        String messageId) {}
}
