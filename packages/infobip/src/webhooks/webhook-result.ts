import type { InboundContent } from './inbound-content.ts'

/** How Infobip names the other side; `userId` is the business-scoped user id that stands where there is no number. */
export interface ContactProfile {
  readonly name?: string | undefined
  readonly phoneNumber?: string | undefined
  readonly userId?: string | undefined
  readonly parentUserId?: string | undefined
  readonly username?: string | undefined
}

export interface Price {
  /** With the digits that Infobip wrote. */
  readonly pricePerMessage?: string | undefined
  readonly currency?: string | undefined
}

interface Scope {
  readonly entityId?: string | undefined
  readonly applicationId?: string | undefined
}

/** A customer's message, whichever API's shape it came in. Dates are RFC 3339 in UTC, absent where they could not be read. */
export interface InboundMessage extends Scope {
  readonly messageId: string
  readonly from: string
  readonly to?: string | undefined
  /** `integrationType`, `channel`, or told from the shape: SMS has its text on the result, MMS a list of parts. */
  readonly channel: string
  /** Infobip's type of the message (`TEXT`), or of all its parts (`SUBJECT+IMAGE`). */
  readonly type: string
  readonly parts: readonly InboundContent[]
  readonly receivedAt?: string | undefined
  readonly contact?: ContactProfile | undefined
  readonly context?:
    | {
        readonly id?: string | undefined
        readonly from?: string | undefined
        readonly groupId?: string | undefined
        readonly referredProduct?:
          { readonly catalogId?: string | undefined; readonly productRetailerId?: string | undefined } | undefined
      }
    | undefined
  readonly referral?:
    | {
        readonly sourceType?: string | undefined
        readonly sourceId?: string | undefined
        readonly sourceUrl?: string | undefined
        readonly headline?: string | undefined
        readonly body?: string | undefined
        readonly media?: { readonly type?: string | undefined; readonly url?: string | undefined } | undefined
        readonly ctwaClickId?: string | undefined
      }
    | undefined
  readonly identity?:
    | {
        readonly acknowledged?: boolean | undefined
        readonly hash?: string | undefined
        readonly createdAt?: string | undefined
      }
    | undefined
  readonly price?: Price | undefined
  readonly keyword?: string | undefined
  readonly pairedMessageId?: string | undefined
  readonly callbackData?: string | undefined
  /** What the customer said as parsed, to tell a second message of the same id from a repeated one. */
  readonly said: unknown
}

/** Infobip's status; the group decides, names may be new. */
export interface ReportStatus {
  readonly groupId?: number | undefined
  readonly groupName?: string | undefined
  readonly id?: number | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly action?: string | undefined
}

export interface ReportError {
  readonly groupId?: number | undefined
  readonly groupName?: string | undefined
  /** 0 is no error. */
  readonly id?: number | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly permanent?: boolean | undefined
}

/** What every report about a message sent may have. */
interface Report extends Scope {
  readonly messageId: string
  readonly bulkId?: string | undefined
  readonly channel?: string | undefined
  /** The business number; only the Messages API tells. */
  readonly sender?: string | undefined
  readonly recipient?: string | undefined
  readonly callbackData?: string | undefined
  readonly contact?: ContactProfile | undefined
  readonly sentAt?: string | undefined
}

export interface DeliveryReport extends Report {
  readonly status: ReportStatus
  readonly error?: ReportError | undefined
  readonly doneAt?: string | undefined
  readonly price?: Price | undefined
  /** Segments. */
  readonly messageCount?: number | undefined
}

export interface SeenReport extends Report {
  readonly seenAt?: string | undefined
  /** As written, where it could not be read as a date. */
  readonly seenAtText: string
}

export interface ClickReport extends Scope {
  readonly messageId?: string | undefined
  readonly bulkId?: string | undefined
  readonly channel?: string | undefined
  readonly sender?: string | undefined
  readonly recipient?: string | undefined
  readonly callbackData?: string | undefined
  readonly url?: string | undefined
  readonly domain?: string | undefined
  readonly clickedAt?: string | undefined
  readonly device?:
    | { readonly type?: string | undefined; readonly os?: string | undefined; readonly name?: string | undefined }
    | undefined
  readonly location?: { readonly country?: string | undefined; readonly city?: string | undefined } | undefined
}

export interface TypingChange extends Scope {
  readonly typing: boolean
  readonly event: string
  readonly channel?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly messageId?: string | undefined
  readonly receivedAt?: string | undefined
  readonly pairedMessageId?: string | undefined
  readonly callbackData?: string | undefined
}

export interface PaymentChange {
  readonly sender?: string | undefined
  readonly from?: string | undefined
  readonly referenceId?: string | undefined
  readonly paymentId?: string | undefined
  readonly status?: string | undefined
  readonly currency?: string | undefined
  readonly total?: { readonly value?: string | undefined; readonly offset?: string | undefined } | undefined
  /** Any JSON, as written. */
  readonly callbackData?: unknown
  readonly transactions?:
    | readonly {
        readonly id?: string | undefined
        readonly type?: string | undefined
        readonly status?: string | undefined
        readonly createdAt?: string | undefined
        readonly updatedAt?: string | undefined
      }[]
    | undefined
  readonly createdAt?: string | undefined
}

/** A call over WhatsApp that opens the customer's window, as the Calls API tells of it. */
export interface WhatsAppCall {
  readonly callId: string
  /** `outbound`: the business called, and the customer accepted. */
  readonly direction: 'inbound' | 'outbound'
  readonly customer: string
  readonly business?: string | undefined
  /** Not where what would tell that the customer accepted was left out. */
  readonly isSure: boolean
  /** When the customer called or accepted. */
  readonly receivedAt?: string | undefined
}

/** What the business wrote by its own phone, in WhatsApp's envelope. */
export interface MessageEcho {
  readonly messageId: string
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The customer. */
  readonly contact?: ContactProfile | undefined
  readonly content: InboundContent
  readonly replyTo?: string | undefined
  readonly sentAt?: string | undefined
  /** As parsed, to tell an edited message from a repeated one. */
  readonly said: unknown
}

/** One row of a report of the Billing Usage API. */
export interface UsageReport {
  readonly requestId: string
  /** The period asked for. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** By column; numbers with the digits that Infobip wrote. What is null is absent. */
  readonly values: Readonly<Record<string, string>>
  readonly billingPeriods?:
    readonly { readonly month: string; readonly volumeFinalized?: boolean | undefined }[] | undefined
}

/** Without `sender` it is about all senders of the account. */
export interface BlocklistChange {
  readonly event: 'BLOCK' | 'UNBLOCK'
  readonly sender?: string | undefined
  readonly destination: string
  readonly channel?: string | undefined
  /** MO, URL_OPT_OUT, CAMPAIGN. */
  readonly sourceType?: string | undefined
  readonly inboundMessageId?: string | undefined
  readonly campaign?: string | undefined
  readonly receivedAt?: string | undefined
}

export interface ConsentChange {
  readonly sender?: string | undefined
  readonly from?: string | undefined
  readonly userId?: string | undefined
  readonly status: string
  readonly description?: string | undefined
  readonly createdAt?: string | undefined
}

export interface IdentityChange {
  readonly sender?: string | undefined
  readonly userNumber?: string | undefined
  readonly userId?: string | undefined
  readonly parentUserId?: string | undefined
  readonly hash?: string | undefined
  readonly description?: string | undefined
  readonly createdAt?: string | undefined
}

export interface TemplateChange extends Scope {
  readonly templateId: string
  readonly name?: string | undefined
  readonly language?: string | undefined
  readonly change: {
    readonly type: string
    readonly status?: string | undefined
    readonly reason?: string | undefined
    readonly previous?: string | undefined
    readonly current?: string | undefined
  }
  readonly timestamp?: string | undefined
}

/** Why a result was not understood. `internal_error`: reading it threw, which is a bug. */
export type UnrecognisedCode =
  | 'unknown_kind'
  | 'missing_message_id'
  | 'missing_sender'
  | 'not_an_object'
  | 'too_deep'
  | 'too_many_results'
  | 'internal_error'

/** What a result of a webhook is, told by its shape. */
export type WebhookValue =
  | { readonly kind: 'message'; readonly message: InboundMessage }
  | { readonly kind: 'delivery'; readonly report: DeliveryReport }
  | { readonly kind: 'seen'; readonly report: SeenReport }
  | { readonly kind: 'click'; readonly report: ClickReport }
  | { readonly kind: 'typing'; readonly typing: TypingChange }
  | { readonly kind: 'payment'; readonly payment: PaymentChange }
  | { readonly kind: 'consent'; readonly consent: ConsentChange }
  | { readonly kind: 'identity'; readonly identity: IdentityChange }
  | { readonly kind: 'template'; readonly template: TemplateChange }
  | { readonly kind: 'call'; readonly call: WhatsAppCall }
  | { readonly kind: 'echo'; readonly echo: MessageEcho }
  | { readonly kind: 'blocklist'; readonly blocklist: BlocklistChange }
  | { readonly kind: 'usage'; readonly usage: UsageReport }
  | UnrecognisedValue

export interface UnrecognisedValue {
  readonly kind: 'unrecognised'
  readonly code: UnrecognisedCode
  readonly reason: string
  /** The call that this tells more of. */
  readonly call?: WhatsAppCall | undefined
}

export type WebhookKind = WebhookValue['kind']

/** One result with its JSON text as Infobip wrote it. */
export type WebhookResult = WebhookValue & { readonly text: string }

export function unrecognised(code: UnrecognisedCode, reason: string): UnrecognisedValue {
  return { kind: 'unrecognised', code, reason }
}
