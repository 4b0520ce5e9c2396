import type { ImEvent } from './events/im-event.ts'
import type { MessageOutcome, OutcomeError } from './events/message-outcome.ts'
import { conversationKey } from './identity/conversation-key.ts'
import { eventIds } from './identity/event-ids.ts'
import type { Instant } from './instant.ts'
import { rank, type StatusCode } from './state.ts'

/** The command whose outcome is told. What a refused command did not say is absent. */
export interface OutcomeSubject {
  readonly commandId: string
  /** Absent where the command named none: `-` then stands for it. */
  readonly tenant?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly messageId?: string | undefined
  readonly callbackData?: string | undefined
  /** The command's type where it is not a send. */
  readonly kind?: string | undefined
  readonly dryRun?: boolean | undefined
  /** Where its record stands, of one that is remembered nowhere: its event is known by that, as its id may be another command's. */
  readonly place?: string | undefined
}

type InfobipStatus = StatusCode & {
  readonly groupName?: string | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly action?: string | undefined
}

interface Details {
  readonly at: Instant
  readonly status?: InfobipStatus | undefined
  readonly error?: OutcomeError | undefined
  readonly advice?: MessageOutcome['advice']
  readonly sentAs?: MessageOutcome['sentAs']
  readonly reserved?: MessageOutcome['reserved']
  readonly decision?: MessageOutcome['decision']
}

/** Infobip has taken the message (or, with `dryRun`, would be asked to). */
export function messageAccepted(subject: OutcomeSubject, details: Omit<Details, 'error'>): ImEvent {
  return outcome('accepted', subject, details)
}

/** The command was refused, by IMChannel or by Infobip: without `dryRun` it is also in the dead-letter topic. */
export function messageRejected(subject: OutcomeSubject, details: Details & { readonly error: OutcomeError }): ImEvent {
  return outcome('rejected', subject, details)
}

/** The command was still waiting when its `expiresAt` or the configured `maxAge` passed. */
export function messageExpired(subject: OutcomeSubject, details: Details): ImEvent {
  return outcome('expired', subject, details)
}

function outcome(how: 'accepted' | 'rejected' | 'expired', subject: OutcomeSubject, details: Details): ImEvent {
  const { commandId, tenant = '-', from, to, dryRun, place } = subject
  // A dry run and the later send of the same id are two things.
  const what = dryRun === true ? `${how}, dry run` : how
  return {
    type: `imchannel.message.${how}.v1`,
    id: eventIds.outcome(tenant, commandId, place === undefined ? what : `${what} ${place}`),
    tenant,
    key: conversationKey({ tenant, business: from, customer: to }),
    subject: commandId,
    time: details.at,
    data: {
      commandId,
      tenant,
      kind: subject.kind,
      messageId: subject.messageId,
      from,
      to,
      callbackData: subject.callbackData,
      status: details.status,
      error: details.error,
      rank: rank(how === 'accepted' ? 'accepted' : 'failed'),
      advice: details.advice,
      sentAs: details.sentAs,
      reserved: details.reserved,
      decision: details.decision,
      dryRun: dryRun === true ? true : undefined,
    },
  }
}
