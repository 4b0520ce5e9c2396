"""imchannel.message.received.v1: A customer wrote.

Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Contact(TypedDict):
    name: NotRequired[str]
    phoneNumber: NotRequired[str]
    userId: NotRequired[str]
    parentUserId: NotRequired[str]
    username: NotRequired[str]


class Media(TypedDict):
    url: str  # Where the media-server gives the bytes


class Name(TypedDict):
    firstName: NotRequired[str]
    lastName: NotRequired[str]
    middleName: NotRequired[str]
    namePrefix: NotRequired[str]
    nameSuffix: NotRequired[str]
    formattedName: NotRequired[str]


class Phone(TypedDict):
    phone: NotRequired[str]
    type: NotRequired[str]
    waId: NotRequired[str]


class Email(TypedDict):
    email: NotRequired[str]
    type: NotRequired[str]


class Address(TypedDict):
    street: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    zip: NotRequired[str]
    country: NotRequired[str]
    countryCode: NotRequired[str]
    type: NotRequired[str]


class Url(TypedDict):
    url: NotRequired[str]
    type: NotRequired[str]


class Org(TypedDict):
    company: NotRequired[str]
    department: NotRequired[str]
    title: NotRequired[str]


class ContactsContentContact(TypedDict):
    name: NotRequired[Name]
    phones: NotRequired[list[Phone]]
    emails: NotRequired[list[Email]]
    addresses: NotRequired[list[Address]]
    urls: NotRequired[list[Url]]
    org: NotRequired[Org]
    birthday: NotRequired[str]


class Item(TypedDict):
    title: NotRequired[str]
    value: NotRequired[str]


class Selection(TypedDict):
    type: NotRequired[str]
    pageIdentifier: NotRequired[str]
    text: NotRequired[str]
    items: NotRequired[list[Item]]


class OrderContentItem(TypedDict):
    productRetailerId: NotRequired[str]
    quantity: NotRequired[float]
    itemPrice: NotRequired[str]  # Decimal string with the digits of Infobip’s JSON
    currency: NotRequired[str]


class Total(TypedDict):
    value: NotRequired[str]  # Decimal string with the digits of Infobip’s JSON
    offset: NotRequired[str]  # The amount is value / offset


class PaymentContentItem(TypedDict):
    name: NotRequired[str]
    amount: NotRequired[str]  # Decimal string with the digits of Infobip’s JSON
    retailerId: NotRequired[str]
    catalogId: NotRequired[str]


class TextContent(TypedDict):
    type: Literal["text"]
    text: str
    subject: NotRequired[bool]  # The subject line of a message of several parts
    url: NotRequired[str]  # A link that came as a part of its own
    cleanText: NotRequired[str]
    keyword: NotRequired[str]


class ImageContent(TypedDict):
    type: Literal["image"]
    url: NotRequired[str]  # Infobip’s own URL: needs the account’s API key, gone after 7 days
    caption: NotRequired[str]
    fileName: NotRequired[str]
    media: NotRequired[Media]


class VideoContent(TypedDict):
    type: Literal["video"]
    url: NotRequired[str]  # Infobip’s own URL: needs the account’s API key, gone after 7 days
    caption: NotRequired[str]
    fileName: NotRequired[str]
    media: NotRequired[Media]


class AudioContent(TypedDict):
    type: Literal["audio"]
    url: NotRequired[str]  # Infobip’s own URL: needs the account’s API key, gone after 7 days
    caption: NotRequired[str]
    fileName: NotRequired[str]
    media: NotRequired[Media]


class VoiceContent(TypedDict):
    type: Literal["voice"]
    url: NotRequired[str]  # Infobip’s own URL: needs the account’s API key, gone after 7 days
    caption: NotRequired[str]
    fileName: NotRequired[str]
    media: NotRequired[Media]


class DocumentContent(TypedDict):
    type: Literal["document"]
    url: NotRequired[str]  # Infobip’s own URL: needs the account’s API key, gone after 7 days
    caption: NotRequired[str]
    fileName: NotRequired[str]
    media: NotRequired[Media]


class StickerContent(TypedDict):
    type: Literal["sticker"]
    url: NotRequired[str]  # Infobip’s own URL: needs the account’s API key, gone after 7 days
    caption: NotRequired[str]
    fileName: NotRequired[str]
    media: NotRequired[Media]


class LocationContent(TypedDict):
    type: Literal["location"]
    latitude: NotRequired[float]
    longitude: NotRequired[float]
    name: NotRequired[str]
    address: NotRequired[str]
    url: NotRequired[str]  # A link to the place, not a media item


class ContactsContent(TypedDict):
    type: Literal["contacts"]
    contacts: list[ContactsContentContact]


class ButtonContent(TypedDict):
    type: Literal["button"]
    text: NotRequired[str]
    payload: NotRequired[str]


class ButtonReplyContent(TypedDict):
    type: Literal["buttonReply"]
    id: NotRequired[str]
    title: NotRequired[str]
    payload: NotRequired[str]


class ListReplyContent(TypedDict):
    type: Literal["listReply"]
    id: NotRequired[str]
    title: NotRequired[str]
    description: NotRequired[str]


class FlowReplyContent(TypedDict):
    type: Literal["flowReply"]
    text: NotRequired[str]
    response: NotRequired[Any]  # The form’s answer, as the customer’s flow made it


class FormReplyContent(TypedDict):
    type: Literal["formReply"]
    isPrivate: NotRequired[bool]
    selections: NotRequired[list[Selection]]


class OrderContent(TypedDict):
    type: Literal["order"]
    catalogId: NotRequired[str]
    text: NotRequired[str]
    items: list[OrderContentItem]


class ReactionContent(TypedDict):
    type: Literal["reaction"]
    emoji: NotRequired[str]
    action: NotRequired[str]  # ADDED or REMOVED
    messageId: NotRequired[str]  # The message reacted to


class PaymentContent(TypedDict):
    type: Literal["payment"]
    referenceId: NotRequired[str]
    paymentId: NotRequired[str]
    status: NotRequired[str]
    currency: NotRequired[str]
    total: NotRequired[Total]
    transactionId: NotRequired[str]
    transactionType: NotRequired[str]
    items: NotRequired[list[PaymentContentItem]]


class CallPermissionContent(TypedDict):
    type: Literal["callPermission"]
    response: NotRequired[str]  # ACCEPT or REJECT
    expiresAt: NotRequired[str]  # RFC 3339 in UTC


class AuthenticationContent(TypedDict):
    type: Literal["authentication"]
    status: NotRequired[str]
    passkeyHash: NotRequired[str]
    authCode: NotRequired[str]
    error: NotRequired[str]


class InfectedContent(TypedDict):
    type: Literal["infected"]
    malware: NotRequired[str]


class UnsupportedContent(TypedDict):
    type: Literal["unsupported"]


class UnknownContent(TypedDict):
    type: Literal["unknown"]
    infobipType: NotRequired[str]  # Infobip’s name of a kind that IMChannel does not know


Content = TextContent | ImageContent | VideoContent | AudioContent | VoiceContent | DocumentContent | StickerContent | LocationContent | ContactsContent | ButtonContent | ButtonReplyContent | ListReplyContent | FlowReplyContent | FormReplyContent | OrderContent | ReactionContent | PaymentContent | CallPermissionContent | AuthenticationContent | InfectedContent | UnsupportedContent | UnknownContent


class ReferredProduct(TypedDict):
    catalogId: NotRequired[str]
    productRetailerId: NotRequired[str]


ReplyTo = TypedDict(
    "ReplyTo",
    {
        "messageId": NotRequired[str],
        "from": NotRequired[str],
        "groupId": NotRequired[str],
        "referredProduct": NotRequired[ReferredProduct],
    },
)


class Price(TypedDict):
    pricePerMessage: NotRequired[str]  # Decimal string with the digits of Infobip’s JSON
    currency: NotRequired[str]


class ReferralMedia(TypedDict):
    type: NotRequired[str]
    url: NotRequired[str]


class Referral(TypedDict):
    sourceType: NotRequired[str]
    sourceId: NotRequired[str]
    sourceUrl: NotRequired[str]
    headline: NotRequired[str]
    body: NotRequired[str]
    media: NotRequired[ReferralMedia]
    ctwaClickId: NotRequired[str]


class Identity(TypedDict):
    acknowledged: NotRequired[bool]
    hash: NotRequired[str]
    createdAt: NotRequired[str]  # RFC 3339 in UTC


class Window(TypedDict):
    closesAt: str  # 24 hours after the customer’s message or call, by Infobip’s time


MessageReceived = TypedDict(
    "MessageReceived",
    {
        "tenant": str,
        "channel": str,  # As Infobip names it: WHATSAPP, SMS, MMS, VIBER, FACEBOOK, …
        "messageId": str,
        "from": str,  # The customer: digits, or the BSUID where there is no number
        "to": NotRequired[str],  # The business number
        "receivedAt": str,  # Infobip’s time; the time of arrival where Infobip’s cannot be read
        "contact": NotRequired[Contact],
        "content": Content,
        "parts": NotRequired[list[Content]],  # All parts of a message that has several
        "replyTo": NotRequired[ReplyTo],  # The message that this one quotes
        "price": NotRequired[Price],
        "pairedMessageId": NotRequired[str],
        "callbackData": NotRequired[str],
        "keyword": NotRequired[str],
        "referral": NotRequired[Referral],  # The advertisement that brought the customer
        "identity": NotRequired[Identity],
        "entityId": NotRequired[str],
        "applicationId": NotRequired[str],
        "window": NotRequired[Window],  # Absent where the message does not surely open it: a reaction, something unsupported or unknown, in a group, over another channel
        "original": NotRequired[Any],  # Infobip’s result, equal as JSON
        "originalOmitted": NotRequired[bool],  # The record would have been too large with the original in it
    },
)

