"""imchannel.message.send.v1: Send one message to one customer.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Media(TypedDict):
    id: NotRequired[str]  # What the media-server answered to the upload
    url: NotRequired[str]  # An http(s) URL that Infobip can fetch
    base64: NotRequired[str]  # The bytes themselves, up to 512 KiB decoded
    contentType: NotRequired[str]


class Name(TypedDict):
    firstName: str
    formattedName: str
    lastName: NotRequired[str]
    middleName: NotRequired[str]
    namePrefix: NotRequired[str]
    nameSuffix: NotRequired[str]


class Phone(TypedDict):
    phone: str
    type: NotRequired[str]
    waId: NotRequired[str]


class Email(TypedDict):
    email: str
    type: NotRequired[str]


class Url(TypedDict):
    url: str
    type: NotRequired[str]


class Address(TypedDict):
    street: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    zip: NotRequired[str]
    country: NotRequired[str]
    countryCode: NotRequired[str]
    type: NotRequired[str]


class Org(TypedDict):
    company: NotRequired[str]
    department: NotRequired[str]
    title: NotRequired[str]


class Contact(TypedDict):
    name: Name
    phones: NotRequired[list[Phone]]
    emails: NotRequired[list[Email]]
    urls: NotRequired[list[Url]]
    addresses: NotRequired[list[Address]]
    org: NotRequired[Org]
    birthday: NotRequired[str]  # YYYY-MM-DD


class TextHeader(TypedDict):
    type: Literal["text"]
    placeholder: str


class ImageHeader(TypedDict):
    type: Literal["image"]
    media: Media


class VideoHeader(TypedDict):
    type: Literal["video"]
    media: Media


class GifHeader(TypedDict):
    type: Literal["gif"]
    media: Media


class DocumentHeader(TypedDict):
    type: Literal["document"]
    media: Media
    filename: str


class LocationHeader(TypedDict):
    type: Literal["location"]
    latitude: float
    longitude: float


Header = TextHeader | ImageHeader | VideoHeader | GifHeader | DocumentHeader | LocationHeader


class Section(TypedDict):
    title: str
    productRetailerIds: list[str]


class Payment(TypedDict):
    type: str


class Total(TypedDict):
    value: int


class Amount(TypedDict):
    value: int  # In the currency’s smallest unit


class Item(TypedDict):
    retailerId: str
    name: str
    amount: Amount
    saleAmount: NotRequired[Amount]
    quantity: int
    originCountry: NotRequired[str]
    importerName: NotRequired[str]
    importerAddress: NotRequired[dict[str, Any]]


class Tax(TypedDict):
    value: int
    description: NotRequired[str]


class Discount(TypedDict):
    amount: Tax
    programName: NotRequired[str]


class Expiration(TypedDict):
    seconds: int
    description: str


class Order(TypedDict):
    catalogId: NotRequired[str]
    items: list[Item]
    subtotal: Amount
    tax: Tax
    shipping: NotRequired[Tax]
    discount: NotRequired[Discount]
    expiration: NotRequired[Expiration]
    quickPay: NotRequired[bool]


class QuickReplyButton(TypedDict):
    type: Literal["quickReply"]
    payload: str


class UrlButton(TypedDict):
    type: Literal["url"]
    parameter: NotRequired[str]


class CopyCodeButton(TypedDict):
    type: Literal["copyCode"]
    code: str


class FlowButton(TypedDict):
    type: Literal["flow"]
    flowToken: NotRequired[str]
    data: NotRequired[dict[str, Any]]


class CatalogButton(TypedDict):
    type: Literal["catalog"]
    thumbnailProductRetailerId: NotRequired[str]


class ProductsButton(TypedDict):
    type: Literal["products"]
    thumbnailProductRetailerId: NotRequired[str]
    sections: list[Section]


class OrderDetailsButton(TypedDict):
    type: Literal["orderDetails"]
    payment: Payment
    paymentConfiguration: NotRequired[str]
    currency: Literal["INR", "BRL"]
    orderType: Literal["PHYSICAL_GOODS", "DIGITAL_GOODS"]
    total: Total
    order: Order


class VoiceCallButton(TypedDict):
    type: Literal["voiceCall"]
    validityMinutes: NotRequired[int]
    payload: NotRequired[str]


Button = QuickReplyButton | UrlButton | CopyCodeButton | FlowButton | CatalogButton | ProductsButton | OrderDetailsButton | VoiceCallButton


class QuickReplyCarouselButton(TypedDict):
    type: Literal["quickReply"]
    payload: str


class UrlCarouselButton(TypedDict):
    type: Literal["url"]
    parameter: NotRequired[str]


CarouselButton = QuickReplyCarouselButton | UrlCarouselButton


class Carousel(TypedDict):
    header: Header
    placeholders: NotRequired[list[str]]
    buttons: NotRequired[list[CarouselButton]]


class LimitedTimeOffer(TypedDict):
    expiresAt: str


class OrderStatu(TypedDict):
    payment: Payment
    status: Literal["PENDING", "PROCESSING", "PARTIALLY_SHIPPED", "SHIPPED", "COMPLETED", "CANCELED"]
    description: NotRequired[str]


SmsFailover = TypedDict(
    "SmsFailover",
    {
        "from": str,
        "text": str,
    },
)


class ButtonsContentButton(TypedDict):
    id: str
    title: str


class ButtonsContentTextHeader(TypedDict):
    type: Literal["text"]
    text: str


class ButtonsContentImageHeader(TypedDict):
    type: Literal["image"]
    media: Media


class ButtonsContentVideoHeader(TypedDict):
    type: Literal["video"]
    media: Media


class ButtonsContentDocumentHeader(TypedDict):
    type: Literal["document"]
    media: Media
    filename: NotRequired[str]


class Row(TypedDict):
    id: str
    title: str
    description: NotRequired[str]


class ListContentSection(TypedDict):
    title: NotRequired[str]
    rows: list[Row]


class ProductListContentSection(TypedDict):
    title: NotRequired[str]
    productRetailerIds: list[str]


class CardHeader(TypedDict):
    type: Literal["image", "video"]
    media: Media


class CardButton(TypedDict):
    id: str
    title: str


class Card(TypedDict):
    header: CardHeader
    body: str
    buttons: list[CardButton]


class CarouselContentCardButton(TypedDict):
    title: str
    url: str


class CarouselContentCard(TypedDict):
    header: CardHeader
    body: str
    button: CarouselContentCardButton


class TextContent(TypedDict):
    type: Literal["text"]
    text: str
    previewUrl: NotRequired[bool]


class ImageContent(TypedDict):
    type: Literal["image"]
    media: Media
    caption: NotRequired[str]
    filename: NotRequired[str]


class VideoContent(TypedDict):
    type: Literal["video"]
    media: Media
    caption: NotRequired[str]
    filename: NotRequired[str]


class DocumentContent(TypedDict):
    type: Literal["document"]
    media: Media
    caption: NotRequired[str]
    filename: NotRequired[str]


class AudioContent(TypedDict):
    type: Literal["audio"]
    media: Media
    filename: NotRequired[str]
    voice: NotRequired[bool]


class StickerContent(TypedDict):
    type: Literal["sticker"]
    media: Media
    filename: NotRequired[str]


class LocationContent(TypedDict):
    type: Literal["location"]
    latitude: float
    longitude: float
    name: NotRequired[str]
    address: NotRequired[str]


class ContactsContent(TypedDict):
    type: Literal["contacts"]
    contacts: list[Contact]


class TemplateContent(TypedDict):
    type: Literal["template"]
    name: str
    language: str  # As the template was registered: en_GB
    namespace: NotRequired[str]
    placeholders: NotRequired[list[str]]  # The values of the body, in order
    header: NotRequired[Header]
    buttons: NotRequired[list[Button]]
    carousel: NotRequired[list[Carousel]]
    limitedTimeOffer: NotRequired[LimitedTimeOffer]
    orderStatus: NotRequired[list[OrderStatu]]
    smsFailover: NotRequired[SmsFailover]


class ButtonsContent(TypedDict):
    type: Literal["buttons"]
    body: str
    buttons: list[ButtonsContentButton]
    header: NotRequired[str | ButtonsContentTextHeader | ButtonsContentImageHeader | ButtonsContentVideoHeader | ButtonsContentDocumentHeader]
    footer: NotRequired[str]


class ListContent(TypedDict):
    type: Literal["list"]
    body: str
    button: str  # What opens the list
    sections: list[ListContentSection]
    header: NotRequired[str]
    footer: NotRequired[str]


class UrlButtonContent(TypedDict):
    type: Literal["urlButton"]
    body: str
    title: str  # What the button says
    url: str
    header: NotRequired[str | ButtonsContentTextHeader | ButtonsContentImageHeader | ButtonsContentVideoHeader | ButtonsContentDocumentHeader]
    footer: NotRequired[str]


class ProductContent(TypedDict):
    type: Literal["product"]
    catalogId: str
    productRetailerId: str
    body: NotRequired[str]
    footer: NotRequired[str]


class ProductListContent(TypedDict):
    type: Literal["productList"]
    header: str
    body: str
    catalogId: str
    sections: list[ProductListContentSection]
    footer: NotRequired[str]


class CarouselContent(TypedDict):
    type: Literal["carousel"]
    body: str
    cards: list[Card] | list[CarouselContentCard]


class FlowContent(TypedDict):
    type: Literal["flow"]
    body: str
    button: str
    flowId: str
    flowToken: str
    mode: NotRequired[Literal["DRAFT", "PUBLISHED"]]
    version: NotRequired[int]
    action: NotRequired[Literal["NAVIGATE", "DATA_EXCHANGE"]]
    screen: NotRequired[str]  # The first screen, with action NAVIGATE alone
    data: NotRequired[dict[str, Any]]
    header: NotRequired[str]
    footer: NotRequired[str]


class VoiceButtonContent(TypedDict):
    type: Literal["voiceButton"]
    body: str
    button: NotRequired[str]
    validityMinutes: NotRequired[int]
    payload: NotRequired[str]


class LocationRequestContent(TypedDict):
    type: Literal["locationRequest"]
    body: str


class ContactRequestContent(TypedDict):
    type: Literal["contactRequest"]
    body: str


class CallPermissionRequestContent(TypedDict):
    type: Literal["callPermissionRequest"]


class AuthenticationRequestContent(TypedDict):
    type: Literal["authenticationRequest"]


class OrderDetailsContent(TypedDict):
    type: Literal["orderDetails"]
    body: str
    payment: Payment
    paymentConfiguration: NotRequired[str]
    currency: Literal["INR", "BRL"]
    orderType: Literal["PHYSICAL_GOODS", "DIGITAL_GOODS"]
    total: Total
    order: Order
    header: NotRequired[ButtonsContentImageHeader]
    footer: NotRequired[str]


class OrderStatusContent(TypedDict):
    type: Literal["orderStatus"]
    payment: Payment
    status: Literal["PENDING", "PROCESSING", "PARTIALLY_SHIPPED", "SHIPPED", "COMPLETED", "CANCELED"]
    description: NotRequired[str]
    body: NotRequired[str]
    footer: NotRequired[str]


class NativeContent(TypedDict):
    type: Literal["native"]
    api: Literal["omni", "whatsapp", "messages"]
    path: NotRequired[str]  # whatsapp only: what follows /whatsapp/1/message/, such as interactive/flow
    body: dict[str, Any]  # Infobip’s own JSON; sender, recipient and messageId are set by the dispatcher


Content = TextContent | ImageContent | VideoContent | DocumentContent | AudioContent | StickerContent | LocationContent | ContactsContent | TemplateContent | ButtonsContent | ListContent | UrlButtonContent | ProductContent | ProductListContent | CarouselContent | FlowContent | VoiceButtonContent | LocationRequestContent | ContactRequestContent | CallPermissionRequestContent | AuthenticationRequestContent | OrderDetailsContent | OrderStatusContent | NativeContent


class Fallback(TypedDict):
    type: Literal["template"]
    name: str
    language: str  # As the template was registered: en_GB
    namespace: NotRequired[str]
    placeholders: NotRequired[list[str]]  # The values of the body, in order
    header: NotRequired[Header]
    buttons: NotRequired[list[Button]]
    carousel: NotRequired[list[Carousel]]
    limitedTimeOffer: NotRequired[LimitedTimeOffer]
    orderStatus: NotRequired[list[OrderStatu]]
    smsFailover: NotRequired[SmsFailover]


class ReplyTo(TypedDict):
    messageId: str


MessageSend = TypedDict(
    "MessageSend",
    {
        "id": NotRequired[str],  # Makes the command idempotent: a repeat gives neither a request nor an event
        "type": NotRequired[str],  # imchannel.message.send.v1; may be left out
        "tenant": str,
        "from": str,  # The business number, digits
        "to": str,  # The customer’s phone number, digits, or BSUID
        "content": Content,
        "fallback": NotRequired[Fallback],  # A second form, under the same id: sent instead of `content` while the customer service window is closed
        "category": NotRequired[Literal["marketing", "utility", "authentication", "service"]],  # What it is, where a template’s category is not known; opt-outs of marketing cover `marketing`
        "maxCategory": NotRequired[Literal["authentication", "utility", "marketing"]],  # Rejects a template whose category is known to be another one that costs more (`template_category`)
        "replyTo": NotRequired[ReplyTo],  # Quotes a message
        "source": NotRequired[str],  # The bot or campaign that writes it, by which its cost is told; the SDK fills in the bot’s name
        "class": NotRequired[Literal["reply", "notification", "bulk"]],  # An answer to the customer, a message of its own, or one of many: of a number’s messages a second replies go first, then notifications, and `bulk` keeps a tenth. Left out it is its topic’s, else `notification`. Its cost is told by it
        "callbackData": NotRequired[str],  # Comes back with every report; no secrets
        "sendAt": NotRequired[str],  # RFC 3339; not before this
        "expiresAt": NotRequired[str],  # RFC 3339; not after this
        "validateOnly": NotRequired[bool],  # Check and answer, send nothing
        "entityId": NotRequired[str],
        "applicationId": NotRequired[str],
    },
)

