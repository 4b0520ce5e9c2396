import type { ConsentChanged } from './events/account-events.ts'
import type { ImEventOf } from './events/im-event.ts'
import { conversationKey } from './identity/conversation-key.ts'
import { eventIds } from './identity/event-ids.ts'

type Known<T> = Exclude<T, undefined>

/** What somebody says of one customer, beside what webhooks and commands say. */
export interface ConsentCorrection {
  readonly tenant: string
  /** The business number, digits; left out it is about all of the tenant's. */
  readonly from?: string | undefined
  /** Digits, or a BSUID. */
  readonly customer: string
  readonly state: 'optedOut' | 'optedIn'
  readonly scope: Known<ConsentChanged['scope']>
  readonly source: Known<ConsentChanged['source']>
  readonly template?: string | undefined
  /** RFC 3339. */
  readonly since: string
  /** Left out where nothing but the opt-out itself may be kept. */
  readonly reason?: string | undefined
  /** Who says it: a user of the console, `imchannel consent set`, or the file that was imported. */
  readonly by?: string | undefined
}

/** The event that the dispatcher takes up as one of a webhook. The same correction twice has the same id. */
export function consentCorrectionEvent(correction: ConsentCorrection): ImEventOf<'imchannel.consent.changed.v1'> {
  const { tenant, from, customer, state, scope, source, template, since, reason, by } = correction
  const key = conversationKey({ tenant, business: from, customer })
  return {
    type: 'imchannel.consent.changed.v1',
    id: eventIds.consentOf(tenant, key, [source, state, scope, template ?? '', since].join(' ')),
    tenant,
    key,
    time: since,
    data: {
      tenant,
      sender: from,
      from: customer,
      status: state,
      description: reason,
      changedAt: since,
      state,
      scope,
      template,
      source,
      evidence: by === undefined ? undefined : { by },
    },
  }
}
