import type { ConsentChanged } from '@imchannel/events'
import type { ConsentRecord } from './consent.ts'

/** Words of 0.1.0's events, which say nothing of state and source: all of them were WhatsApp's switch. */
const words: Readonly<Record<string, ConsentRecord['state']>> = { stop: 'optedOut', resume: 'optedIn' }

/**
 * The record that an event makes; undefined where it changes nothing: a word that nobody knows, or a template that nobody named.
 *
 * @param time the event's, where the provider's own is not in it
 */
export function readConsent(event: ConsentChanged, time: string): ConsentRecord | undefined {
  const { source = 'whatsapp', scope = 'marketing', template } = event
  const state = event.state ?? words[event.status.trim().toLowerCase()]
  const since = Date.parse(event.changedAt ?? time)
  if (state === undefined || state === 'unknown' || Number.isNaN(since)) return undefined
  if (scope === 'template' && template === undefined) return undefined
  return { source, state, scope, since, ...(scope === 'template' ? { template } : {}) }
}
