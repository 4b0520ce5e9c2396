import type { ContentReader, InboundContact, InboundContent } from './inbound-content.ts'
import { boolean, decimal, integer, list, number, object, objects, text, type JsonObject } from './read-json.ts'
import { readDate } from './read-date.ts'

/** Every content type that Infobip documents for inbound messages, whatever the API, and how its fields are read. */
const contentReaders: Readonly<Record<string, ContentReader>> = {
  TEXT: (from) => readText('TEXT', from),
  SUBJECT: (from) => readText('SUBJECT', from),
  URL: ({ url }) => ({ type: 'URL', url: string(url) }),
  IMAGE: (from) => readMedia('IMAGE', from),
  VIDEO: (from) => readMedia('VIDEO', from),
  AUDIO: (from) => readMedia('AUDIO', from),
  VOICE: (from) => readMedia('VOICE', from),
  DOCUMENT: (from) => readMedia('DOCUMENT', from),
  STICKER: (from) => readMedia('STICKER', from),
  FILE: (from) => readMedia('FILE', from),
  LOCATION: (from) => ({
    type: 'LOCATION',
    latitude: number(from['latitude']),
    longitude: number(from['longitude']),
    name: text(from['name']),
    address: text(from['address']),
    url: text(from['url']),
  }),
  CONTACT: (from) => ({ type: 'CONTACT', contacts: objects(from['contacts']).map(readVcard) }),
  BUTTON: (from) => ({ type: 'BUTTON', text: text(from['text']), payload: text(from['payload']) }),
  INTERACTIVE_BUTTON_REPLY: readButtonReply,
  BUTTON_REPLY: readButtonReply,
  INTERACTIVE_LIST_REPLY: readListReply,
  LIST_REPLY: readListReply,
  INTERACTIVE_FLOW_REPLY: readFlowReply,
  FLOW_RESPONSE: readFlowReply,
  FORM_RESPONSE: (from) => ({
    type: 'FORM_REPLY',
    isPrivate: boolean(from['isPrivate']),
    selections: objects(from['selections']).map((one) => ({
      type: text(one['type']),
      pageIdentifier: text(one['pageIdentifier']),
      text: text(one['text']),
      items: objects(one['items']).map((item) => ({ title: text(item['title']), value: text(item['value']) })),
    })),
  }),
  ORDER: (from) => ({
    type: 'ORDER',
    catalogId: text(from['catalogId']),
    text: text(from['text']),
    items: objects(from['productItems']).map((item) => ({
      productRetailerId: text(item['productRetailerId']),
      quantity: integer(item['quantity']),
      itemPrice: decimal(item['itemPrice']),
      currency: text(item['currency']),
    })),
  }),
  REACTION: (from) => ({ type: 'REACTION', emoji: text(from['emoji']), action: text(from['action']) }),
  INTERACTIVE_PAYMENT_CONFIRMATION: readPayment,
  PAYMENT_RESPONSE: readPayment,
  INTERACTIVE_CALL_PERMISSION_REPLY: (from) => {
    const reply = object(from['callPermissionReply'])
    return {
      type: 'CALL_PERMISSION',
      response: text(reply?.['response']),
      expiresAt: readDate(reply?.['expirationTimestamp']),
    }
  },
  INTERACTIVE_IN_THREAD_AUTHENTICATION_REPLY: (from) => {
    const reply = object(from['inThreadAuthenticationReply'])
    return {
      type: 'AUTHENTICATION',
      status: text(reply?.['status']),
      passkeyHash: text(reply?.['businessScopedPasskeyHash']),
    }
  },
  AUTHENTICATION_RESPONSE: (from) => ({
    type: 'AUTHENTICATION',
    authCode: text(from['authCode']),
    error: text(from['error']),
  }),
  INFECTED_CONTENT: (from) => ({ type: 'INFECTED', malware: text(from['malware']) }),
  UNSUPPORTED: () => ({ type: 'UNSUPPORTED' }),
}

/** Reads one content by its `type`; one of a type that nobody knows keeps its name. */
export const readContent: ContentReader = (from) => {
  const type = text(from['type'])
  const reader = type !== undefined && Object.hasOwn(contentReaders, type) ? contentReaders[type] : undefined
  return reader === undefined ? { type: undefined, infobipType: type } : reader(from)
}

/** Reads one part of an MMS, which has a content type instead of a type. */
export function readMmsPart(from: JsonObject): InboundContent {
  const contentType = text(from['contentType'])?.toLowerCase() ?? ''
  const url = text(from['url'])
  if (url === undefined && contentType.startsWith('text/'))
    return { type: 'TEXT', text: string(from['value'] ?? from['text']) }
  if (url === undefined) return { type: undefined, infobipType: contentType === '' ? undefined : contentType }
  const kinds = { 'image/': 'IMAGE', 'video/': 'VIDEO', 'audio/': 'AUDIO' } as const
  const kind = (['image/', 'video/', 'audio/'] as const).find((one) => contentType.startsWith(one))
  return { type: kind === undefined ? 'DOCUMENT' : kinds[kind], url, caption: text(from['value']) }
}

function readText(type: 'TEXT' | 'SUBJECT', from: JsonObject): InboundContent {
  return { type, text: string(from['text']), cleanText: text(from['cleanText']), keyword: text(from['keyword']) }
}

function readMedia(
  type: 'IMAGE' | 'VIDEO' | 'AUDIO' | 'VOICE' | 'DOCUMENT' | 'STICKER' | 'FILE',
  from: JsonObject,
): InboundContent {
  // The Messages API has `text` where the others have `caption`; Viber's files have a name.
  return {
    type,
    url: text(from['url']),
    caption: text(from['caption']) ?? text(from['text']),
    fileName: text(from['fileName']),
  }
}

function readButtonReply(from: JsonObject): InboundContent {
  return {
    type: 'BUTTON_REPLY',
    id: text(from['id']),
    title: text(from['title']) ?? text(from['text']),
    payload: text(from['payload']),
  }
}

function readListReply(from: JsonObject): InboundContent {
  return {
    type: 'LIST_REPLY',
    id: text(from['id']),
    title: text(from['title']) ?? text(from['text']),
    description: text(from['description']),
  }
}

function readFlowReply(from: JsonObject): InboundContent {
  return { type: 'FLOW_REPLY', text: text(from['text']), response: from['response'] ?? undefined }
}

function readPayment(from: JsonObject): InboundContent {
  const total = object(from['totalAmount']) ?? object(from['total'])
  const transaction = object(from['transaction'])
  return {
    type: 'PAYMENT',
    referenceId: text(from['referenceId']),
    paymentId: text(from['paymentId']),
    status: text(from['status']),
    currency: text(from['currency']) ?? text(total?.['currency']),
    total: total === undefined ? undefined : { value: decimal(total['value']), offset: decimal(total['offset']) },
    transactionId: text(from['transactionId']) ?? text(transaction?.['id']),
    transactionType: text(from['transactionType']) ?? text(transaction?.['type']),
    ...(list(from['items']).length === 0
      ? {}
      : {
          items: objects(from['items']).map((item) => ({
            name: text(item['name']),
            amount: decimal(item['amount']),
            retailerId: text(item['retailerId']),
            catalogId: text(item['catalogId']),
          })),
        }),
  }
}

function readVcard(from: JsonObject): InboundContact {
  return {
    name: strings(from['name']),
    phones: stringsOfEach(from['phones']),
    emails: stringsOfEach(from['emails']),
    addresses: stringsOfEach(from['addresses']),
    urls: stringsOfEach(from['urls']),
    org: strings(from['org']),
    birthday: text(from['birthday']),
  }
}

function strings(value: unknown): Record<string, string> | undefined {
  const from = object(value)
  if (from === undefined) return undefined
  const members = Object.entries(from).flatMap(([name, member]) => {
    const read = text(member)
    return read === undefined ? [] : [[name, read] as const]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

function stringsOfEach(value: unknown): Record<string, string>[] | undefined {
  const read = objects(value)
    .map(strings)
    .filter((one) => one !== undefined)
  return read.length === 0 ? undefined : read
}

/** A text that may be empty. */
function string(value: unknown): string {
  return typeof value === 'string' ? value : (text(value) ?? '')
}
