import { cutReason } from '@imchannel/events'
import type { OutcomeError } from '@imchannel/events'
import { requestErrors } from './domain/requests/request-errors.ts'

interface CatalogueEntry {
  /** What is wrong. */
  meaning: string
  /** What the one who wrote the command, or who runs the system, can do about it. */
  remedy: string
}

/**
 * Why the dispatcher ends a command otherwise than accepted. Codes are stable, for programs; the sentence is for people,
 * and the event's reason says where and what to change. What Infobip refuses keeps Infobip's own code.
 */
export const commandErrors = {
  unreadable: {
    meaning: 'The record is not a command in JSON',
    remedy: 'Write a JSON object; this one is a dead letter without an event, as its conversation is not known',
  },
  unknown_tenant: {
    meaning: 'The configuration has no such tenant',
    remedy: 'Use a tenant of the configuration, or add it',
  },
  tenant_mismatch: {
    meaning: 'The topic is bound to another tenant',
    remedy: 'Write to the tenant’s own topic',
  },
  window_closed: {
    meaning: 'The customer service window is closed, and the gate `window` is `enforce`',
    remedy: 'Send a template, give one as `fallback`, or wait until the customer writes; `closesAt` says since when',
  },
  opted_out: {
    meaning: 'The customer has opted out, and the gate `consent` is `enforce`',
    remedy: 'Do not send it; `source` says who said so, which alone can lift it',
  },
  template_unknown: {
    meaning: 'The account has no such template',
    remedy: 'Use the exact name and language of a template of the account',
  },
  template_not_approved: {
    meaning: 'The template is not approved by WhatsApp, or no longer',
    remedy: 'Wait for the approval, or use another one',
  },
  template_paused: {
    meaning: 'WhatsApp has paused the template for its quality',
    remedy: 'Wait some hours, or use another one',
  },
  template_mismatch: {
    meaning: 'The command does not fit its template',
    remedy: 'Give what `wanted` says at `where`',
  },
  template_category: {
    meaning: 'The template’s category costs more than the command’s `maxCategory` allows',
    remedy: 'Raise `maxCategory`, or use another template',
  },
  identity_unconfirmed: {
    meaning: 'The customer’s WhatsApp identity has changed, and WhatsApp refuses messages until somebody confirms it',
    remedy: 'Confirm it at Infobip, or send it again once the customer has written',
  },
  phone_required: {
    meaning: 'Authentication templates go to phone numbers alone',
    remedy: 'Send it to the customer’s phone number, not to the user id',
  },
  budget_exhausted: {
    meaning: 'A budget that is enforced has no room for it',
    remedy: 'Raise the budget that `budget` names, or send it anew after `until`',
  },
  conversation_limit: {
    meaning: 'So many messages went to the customer without an answer, and `conversationLimit` is enforced',
    remedy: 'Wait until the customer writes, or raise `conversationLimit`',
  },
  unknown_sender: {
    meaning: 'No account of the tenant has this number',
    remedy: 'Use a number that is configured under `senders`, or add it there',
  },
  expired: {
    meaning: 'It could not be sent in time',
    remedy: 'Look for the outage; raise `expiresAt` or `maxAge` if it is still worth sending',
  },
  outcome_unknown: {
    meaning: 'A request was made, and neither Infobip’s logs nor a report say what became of it',
    remedy:
      'Look it up at Infobip by its messageId before sending it again (`imchannel deadletter replay --code outcome_unknown`); `onUnknown: resend` does so by itself',
  },
  consent_off: {
    meaning: 'Consent storage is off',
    remedy:
      'Make the topic or grant the right that the dispatcher’s log and `imchannel doctor` name, then `imchannel deadletter replay --code consent_off`',
  },
  internal_error: {
    meaning: 'The dispatcher failed on it repeatedly',
    remedy: 'Find the stack trace in the log, and report it',
  },

  media_not_found: {
    meaning: 'The media is not in the media-server (never was, expired, or another tenant’s)',
    remedy: 'Upload it again, and send within its life',
  },
  media_too_large: {
    meaning: 'The media is larger than WhatsApp takes',
    remedy: 'Shrink it: image 5 MB, audio and video 16 MB, document 100 MB, sticker 100 kB (animated 500 kB)',
  },
  media_type_mismatch: {
    meaning: 'The content type differs from the declared one',
    remedy: 'Declare the type that the bytes have',
  },
  media_unsupported: {
    meaning: 'WhatsApp does not accept this content type for this kind of media',
    remedy: 'Convert it, or send it as a document',
  },
  media_bad_sticker: {
    meaning: 'The sticker does not meet WhatsApp’s requirements',
    remedy: 'Make it WebP of 512 × 512 pixels',
  },
  media_empty: {
    meaning: 'The media has no bytes',
    remedy: 'Give its bytes',
  },
  media_forbidden_url: {
    meaning: 'The media URL is not allowed',
    remedy: 'Use a public URL, or upload the media to the media-server',
  },
  media_unavailable: {
    meaning: 'The media URL could not be fetched',
    remedy: 'Check that the URL answers 200 without a login, or upload the media to the media-server',
  },

  ...requestErrors,
} as const satisfies Record<string, CatalogueEntry>

export type CommandErrorCode = keyof typeof commandErrors

/** Why a command was rejected or expired, as the event and the dead letter tell it. */
export interface CommandError extends Pick<
  OutcomeError,
  'gate' | 'closesAt' | 'source' | 'since' | 'where' | 'wanted' | 'given' | 'budget' | 'until'
> {
  code: string
  reason: string
  httpStatus?: number
  /** Infobip's own words. */
  infobip?: unknown
}

export function commandError(code: CommandErrorCode, detail?: string): CommandError {
  const { meaning } = commandErrors[code]
  return { code, reason: detail === undefined ? meaning : cutReason(`${meaning}: ${detail}`) }
}
