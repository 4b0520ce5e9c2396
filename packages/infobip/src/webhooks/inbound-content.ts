import type { JsonObject } from './read-json.ts'

interface Media {
  readonly url?: string | undefined
  readonly caption?: string | undefined
  readonly fileName?: string | undefined
}

/** A person's card as Infobip passes it on. Types of addresses, phones and so on are open. */
export interface InboundContact {
  readonly name?: Readonly<Record<string, string>> | undefined
  readonly phones?: readonly Readonly<Record<string, string>>[] | undefined
  readonly emails?: readonly Readonly<Record<string, string>>[] | undefined
  readonly addresses?: readonly Readonly<Record<string, string>>[] | undefined
  readonly urls?: readonly Readonly<Record<string, string>>[] | undefined
  readonly org?: Readonly<Record<string, string>> | undefined
  readonly birthday?: string | undefined
}

/** An amount as value / offset; both keep their digits. */
export interface PaymentTotal {
  readonly value?: string | undefined
  readonly offset?: string | undefined
}

/** One content of an inbound message under Infobip's own type names; `type: undefined` is one that this version does not know. */
export type InboundContent =
  | {
      readonly type: 'TEXT' | 'SUBJECT'
      readonly text: string
      readonly cleanText?: string | undefined
      readonly keyword?: string | undefined
    }
  | { readonly type: 'URL'; readonly url: string }
  | ({ readonly type: 'IMAGE' | 'VIDEO' | 'AUDIO' | 'VOICE' | 'DOCUMENT' | 'STICKER' | 'FILE' } & Media)
  | {
      readonly type: 'LOCATION'
      readonly latitude?: number | undefined
      readonly longitude?: number | undefined
      readonly name?: string | undefined
      readonly address?: string | undefined
      readonly url?: string | undefined
    }
  | { readonly type: 'CONTACT'; readonly contacts: readonly InboundContact[] }
  | { readonly type: 'BUTTON'; readonly text?: string | undefined; readonly payload?: string | undefined }
  | {
      readonly type: 'BUTTON_REPLY'
      readonly id?: string | undefined
      readonly title?: string | undefined
      readonly payload?: string | undefined
    }
  | {
      readonly type: 'LIST_REPLY'
      readonly id?: string | undefined
      readonly title?: string | undefined
      readonly description?: string | undefined
    }
  | { readonly type: 'FLOW_REPLY'; readonly text?: string | undefined; readonly response?: unknown }
  | {
      readonly type: 'FORM_REPLY'
      readonly isPrivate?: boolean | undefined
      readonly selections: readonly {
        readonly type?: string | undefined
        readonly pageIdentifier?: string | undefined
        readonly text?: string | undefined
        readonly items: readonly { readonly title?: string | undefined; readonly value?: string | undefined }[]
      }[]
    }
  | {
      readonly type: 'ORDER'
      readonly catalogId?: string | undefined
      readonly text?: string | undefined
      readonly items: readonly {
        readonly productRetailerId?: string | undefined
        readonly quantity?: number | undefined
        readonly itemPrice?: string | undefined
        readonly currency?: string | undefined
      }[]
    }
  | { readonly type: 'REACTION'; readonly emoji?: string | undefined; readonly action?: string | undefined }
  | {
      readonly type: 'PAYMENT'
      readonly referenceId?: string | undefined
      readonly paymentId?: string | undefined
      readonly status?: string | undefined
      readonly currency?: string | undefined
      readonly total?: PaymentTotal | undefined
      readonly transactionId?: string | undefined
      readonly transactionType?: string | undefined
      readonly items?: readonly {
        readonly name?: string | undefined
        readonly amount?: string | undefined
        readonly retailerId?: string | undefined
        readonly catalogId?: string | undefined
      }[]
    }
  | {
      readonly type: 'CALL_PERMISSION'
      readonly response?: string | undefined
      readonly expiresAt?: string | undefined
    }
  | {
      readonly type: 'AUTHENTICATION'
      readonly status?: string | undefined
      readonly passkeyHash?: string | undefined
      readonly authCode?: string | undefined
      readonly error?: string | undefined
    }
  | { readonly type: 'INFECTED'; readonly malware?: string | undefined }
  | { readonly type: 'UNSUPPORTED' }
  | { readonly type: undefined; readonly infobipType?: string | undefined }

/** Reads one content from its object. */
export type ContentReader = (from: JsonObject) => InboundContent
