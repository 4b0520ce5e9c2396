import type { DeliveryError } from '../wire/delivery-errors.ts'
import type { Status } from '../wire/statuses.ts'

/** What a bubble on the phone shows, whichever API it came by. */
export interface Bubble {
  /** `text`, `image`, `template`, `buttons`, `list`, `reaction` … */
  kind: string
  header?: BubbleHeader
  text?: string
  footer?: string
  media?: Media
  location?: { latitude: number; longitude: number; name?: string; address?: string; url?: string }
  contacts?: unknown[]
  /** What the customer can press. */
  actions?: Action[]
  list?: { button: string; sections: { title?: string; rows: { id: string; title: string; description?: string }[] }[] }
  cards?: Bubble[]
  reaction?: { emoji?: string; action: string }
  template?: { name: string; language: string; placeholders: string[] }
  /** The rest, as it was sent, for kinds that the phone only names. */
  details?: unknown
}

export interface BubbleHeader {
  text?: string
  media?: Media
  location?: { latitude: number; longitude: number; name?: string; address?: string }
}

export interface Action {
  type: 'reply' | 'url' | 'phone' | 'copy' | 'flow' | 'location' | 'other'
  title: string
  id?: string
  url?: string
}

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker'

export interface Media {
  kind: MediaKind
  url: string
  filename?: string
  voice?: boolean
  /** The bytes that the emulator holds, once fetched or given. */
  blobId?: string
  contentType?: string
  size?: number
}

/** One HEAD or GET of a medium, as it went. */
export interface MediaFetch {
  method: 'HEAD' | 'GET'
  url: string
  at: number
  durationMs: number
  status?: number
  headers?: Record<string, string>
  bytes?: number
  sha256?: string
  problem?: string
}

export type MessageState =
  | 'received' // the customer's own
  | 'scheduled'
  | 'pending'
  | 'delivered'
  | 'seen'
  | 'undeliverable'
  | 'expired'
  | 'rejected'

export type Api = 'omni' | 'whatsapp' | 'messages' | 'phone'

export interface Message {
  /** The emulator's own; a messageId may be used twice. */
  id: string
  messageId: string
  /** Order of arrival; never reused. */
  seq: number
  direction: 'to-customer' | 'from-customer'
  accountId: string
  /** The business number. */
  sender: string
  customerId: string
  api: Api
  bubble: Bubble
  state: MessageState
  status?: Status
  error?: DeliveryError
  /** When it arrived here, by the emulator's clock, as all times are. */
  at: number
  sendAt?: number
  expiresAt?: number
  sentAt?: number
  deliveredAt?: number
  seenAt?: number
  doneAt?: number
  /** When the other side took the webhook of a customer's message. */
  takenAt?: number
  /** When the business marked the customer's message as read. */
  readAt?: number
  bulkId?: string
  callbackData?: string
  notify?: boolean
  notifyUrl?: string
  seenUrl?: string
  intermediateReport?: boolean
  entityId?: string
  applicationId?: string
  replyToId?: string
  requestId?: string
  /** How the recipient was named, to be given back the same way. */
  to?: Record<string, unknown>
  fetches: MediaFetch[]
  webhookIds: string[]
}

export interface Customer {
  /** The phone number, or the business-scoped user id of who has none. */
  id: string
  phone?: string
  userId?: string
  parentUserId?: string
  username?: string
  name?: string
  readReceipts: boolean
  /** A phone that is off receives nothing until it is on again. */
  online: boolean
  /** When the customer last wrote, by business number. */
  wroteAt: Record<string, number>
  /** Until when the business shows as typing, by its number. */
  typingUntil?: Record<string, number>
}

/** One request to one of Infobip's paths, as it came. */
export interface ApiRequest {
  id: string
  seq: number
  at: number
  accountId?: string
  method: string
  /** With the query. */
  path: string
  /** Credentials are masked. */
  headers: Record<string, string>
  body?: unknown
  messageIds: string[]
  status?: number
  response?: unknown
  durationMs?: number
  /** What was done to it on purpose. */
  fault?: string
  traceId?: string
  /** What the OpenAPI document says against it, where one was given. */
  violations?: string[]
}

export type WebhookKind =
  'inbound' | 'delivery' | 'seen' | 'typing' | 'clicked' | 'template' | 'identity' | 'payment' | 'consent' | 'raw'

export interface WebhookAttempt {
  at: number
  durationMs: number
  status?: number
  body?: string
  problem?: string
  traceId?: string
}

/** One webhook: the same bytes at every attempt. */
export interface Webhook {
  id: string
  seq: number
  at: number
  accountId: string
  kind: WebhookKind
  url: string
  body: string
  messageIds: string[]
  state: 'waiting' | 'accepted' | 'given-up' | 'lost'
  /** Tries by schedule; the attempts also hold copies and "deliver again". */
  tries: number
  attempts: WebhookAttempt[]
  nextAt?: number
}

/** Bytes, of a medium fetched or sent by a customer. */
export interface Blob {
  id: string
  contentType: string
  size: number
  sha256: string
  at: number
  filename?: string
  /** The sender whose inbound medium it is. */
  sender?: string
}

export interface Template {
  id: string
  sender: string
  name: string
  language: string
  category: string
  status: string
  structure: Record<string, unknown>
  createdAt: number
}

export interface Scenario {
  key: string
  accountId: string
  name: string
  flow: { from?: string | undefined; channel: string }[]
  default: boolean
}

export interface Identity {
  /** `{sender}:{customer}`. */
  id: string
  hash: string
  acknowledged: boolean
  createdAt: number
}

export interface Entities {
  message: Message
  customer: Customer
  request: ApiRequest
  webhook: Webhook
  blob: Blob
  template: Template
  scenario: Scenario
  identity: Identity
}

export type EntityKind = keyof Entities
