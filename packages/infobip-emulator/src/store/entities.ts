import type { DeliveryError } from '../wire/delivery-errors.ts'
import type { Charge, Category } from '../pricing/price.ts'
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
  template?: TemplateUse
  /** The rest, as it was sent, for kinds that the phone only names. */
  details?: unknown
}

/** A template as a request fills it, whichever API it came by. */
export interface TemplateUse {
  name: string
  language: string
  /** The body's values. */
  placeholders: string[]
  /** Which kind of header was given. */
  header?: TemplateHeader
  /** Those buttons to which something was given, in the request's order. */
  buttons?: { type: string; value?: string }[]
  cards?: number
  /** Until when a limited-time offer holds. */
  offerEndsAt?: number
}

export type TemplateHeader = 'TEXT' | 'IMAGE' | 'VIDEO' | 'GIF' | 'DOCUMENT' | 'LOCATION'

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

/** One HEAD or GET of a media item, as it went. */
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

/** `phone` is the customer's own, `business-app` what the business wrote by its own phone, past Infobip. */
export type Api = 'omni' | 'whatsapp' | 'messages' | 'phone' | 'business-app'

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
  /** What it counts as, by its template when it was sent. */
  category?: Category
  /** Whether the customer's window was open when it was sent. */
  window?: 'open' | 'closed'
  /** Sent within the 72 hours that an ad brings. */
  freeEntryPoint?: boolean
  /** What its delivery cost. */
  charge?: Charge
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
  /** By business portfolio, where each knows the customer under a user id of its own. */
  userIds?: Record<string, string>
  parentUserId?: string
  username?: string
  name?: string
  readReceipts: boolean
  /** A phone that is off receives nothing until it is on again. */
  online: boolean
  /** By business number. */
  windows: Record<string, CustomerWindow>
  /** The business numbers from which the customer wants no marketing: WhatsApp's own switch. */
  marketingStopped?: string[]
  /** The business numbers that the customer has blocked. */
  blocked?: string[]
  /** Names of templates that the customer has blocked. */
  blockedTemplates?: string[]
  /** WhatsApp shows the user id alone: the customer has a user name, and was not in touch for long. */
  phoneHidden?: boolean
  /** Other spellings of the number under which the customer is reached. */
  aliases?: string[]
  /** How webhooks spell the number, where that is not how it was dialled. */
  spelling?: { inbound?: string; report?: string; echo?: string }
  /** The customer has left this number. */
  left?: boolean
  /** Whether a business number may call, by its number. */
  callPermissions?: Record<string, CallPermission>
  /** Until when the business shows as typing, by its number. */
  typingUntil?: Record<string, number>
}

/** `null` is without an end. */
export interface CallPermission {
  until: number | null
}

/** What one business number may send to one customer. */
export interface CustomerWindow {
  /** When the customer last wrote or was on the phone. */
  openedAt: number
  openedBy: 'message' | 'call'
  /** The message that opened it answers a marketing template. */
  answersMarketing?: boolean
  /** When the customer came through an ad. */
  adAt?: number
  /** When the business first answered that, which began the 72 free hours. */
  adAnsweredAt?: number
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

export const webhookKinds = [
  'inbound',
  'delivery',
  'seen',
  'typing',
  'clicked',
  'template',
  'identity',
  'payment',
  'consent',
  'blocklist',
  'call',
  'echo',
  'usage',
  'raw',
] as const
export type WebhookKind = (typeof webhookKinds)[number]

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
  /** Never tried again by itself. */
  once?: boolean
  attempts: WebhookAttempt[]
  nextAt?: number
}

/** Bytes, of a media item fetched or sent by a customer. */
export interface Blob {
  id: string
  contentType: string
  size: number
  sha256: string
  at: number
  filename?: string
  /** The sender whose inbound media it is. */
  sender?: string
}

export const templateStatuses = [
  'APPROVED',
  'IN_APPEAL',
  'PENDING',
  'REJECTED',
  'PENDING_DELETION',
  'DELETED',
  'REINSTATED',
  'FLAGGED',
  'FIRST_PAUSED',
  'SECOND_PAUSED',
  'DISABLED',
] as const
export type TemplateStatus = (typeof templateStatuses)[number]
export type TemplateCategory = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION'
export type Quality = 'HIGH' | 'MEDIUM' | 'LOW' | 'UNKNOWN'

export interface Template {
  id: string
  /** A template is its WhatsApp Business Account's, and so every sender's of it. */
  businessAccountId: number
  name: string
  language: string
  category: TemplateCategory
  /** One of Infobip's, or a word that it might have tomorrow. */
  status: TemplateStatus | (string & {})
  quality: Quality
  structure: Record<string, unknown>
  platform?: Record<string, unknown>
  createdAt: number
  changedAt: number
  approvedAt?: number
  /** When it was edited while approved: WhatsApp counts. */
  editedAt: number[]
  /** WhatsApp holds what is sent of it until it knows how customers take it, or lets it drop. */
  pacing?: 'held' | 'dropped'
}

/** An approved name that was deleted is taken for 30 days. */
export interface DeletedTemplate {
  /** `{businessAccountId}:{name}`. */
  id: string
  at: number
}

/** What Infobip says of a business number. */
export interface Sender {
  /** The number. */
  id: string
  qualityRating: Quality
  status: string
  currentLimit: string
  changedAt: number
}

export interface Blocked {
  id: string
  accountId: string
  destination: string
  /** Absent: whoever sends. */
  sender?: string
  /** Absent: on every channel. */
  channel?: string
  sourceType: 'CUSTOM' | 'MO' | 'URL_OPT_OUT' | 'CAMPAIGN'
  campaign?: string
  createdAt: number
}

/** What was delivered and what it cost, in one of the groups that the account's bill knows. */
export interface Usage {
  id: string
  accountId: string
  /** Of the sending, in UTC, as Infobip bills: `2026-11-30`. */
  day: string
  sender: string
  /** The country code of the customer. */
  market: string
  category: Category
  templateId?: string
  entityId?: string
  applicationId?: string
  /** A decimal number; `null` is unknown. */
  pricePerMessage: string | null
  currency: string
  quantity: number
}

/** How many service messages a number has had delivered in a month of its account's time zone. */
export interface Tally {
  /** `{sender}:{2026-11}`. */
  id: string
  serviceMessages: number
}

/** Which webhooks an account has asked for, and by which profile they go. */
export interface Subscription {
  id: string
  accountId: string
  channel: string
  subscriptionId: string
  name?: string
  profileId: string
  events: (string | { event: string; format: string })[]
  criteria?: Record<string, unknown>[]
  /** Business numbers; all of them unless some are named. */
  resources?: string[]
}

export interface NotificationProfile {
  id: string
  accountId: string
  profileId: string
  /** It is what the emulator's settings say: each kind has a path of its own there. */
  isConfigured?: boolean
  /** As it was given. */
  settings: { webhook?: { notifyUrl: string; contentType?: string | undefined } | undefined; [field: string]: unknown }
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
  deletedTemplate: DeletedTemplate
  sender: Sender
  blocked: Blocked
  usage: Usage
  tally: Tally
  subscription: Subscription
  profile: NotificationProfile
  scenario: Scenario
  identity: Identity
}

export type EntityKind = keyof Entities
