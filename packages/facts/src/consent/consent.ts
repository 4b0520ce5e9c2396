import type { ConsentChanged } from '@imchannel/events'

type Known<T> = Exclude<T, undefined>
export type ConsentSource = Known<ConsentChanged['source']>
export type ConsentScope = Known<ConsentChanged['scope']>

/** What one source says of one customer. */
export interface ConsentRecord {
  readonly source: ConsentSource
  readonly state: 'optedOut' | 'optedIn'
  readonly scope: ConsentScope
  /** Where the scope is one template. */
  readonly template?: string | undefined
  /** Epoch milliseconds of the provider. */
  readonly since: number
}

/** By `slotOf`: each source, and each template that a customer stopped, has a life of its own. */
export type ConsentState = ReadonlyMap<string, ConsentRecord>

/** Under which name a record is kept: what is said under one name replaces only what was said there. */
export function slotOf({ source, scope, template }: Pick<ConsentRecord, 'source' | 'scope' | 'template'>): string {
  return scope === 'template' ? `${source}/${template ?? ''}` : source
}

/**
 * Takes a record up where it is later, by the provider's time, than what the same source said before: the same state comes of the same
 * records in any order. Of two at one time the opt-out counts.
 */
export function takeUp(state: ConsentState, record: ConsentRecord): ConsentState {
  const slot = slotOf(record)
  const known = state.get(slot)
  if (known !== undefined && !isLater(record, known)) return state
  return new Map([...state, [slot, record]])
}

/** Whether a record replaces what its source said before. */
export function isLater(record: ConsentRecord, known: ConsentRecord): boolean {
  if (record.since !== known.since) return record.since > known.since
  return weight(record) > weight(known)
}

const scopes: readonly ConsentScope[] = ['template', 'marketing', 'all']

function weight({ state, scope }: ConsentRecord): number {
  return (state === 'optedOut' ? scopes.length : 0) + scopes.indexOf(scope)
}

/** What is about to be sent, as far as consent goes. */
export interface Purpose {
  /** Of the template at the request; where that is not known, what the command says. Absent for free-form messages. */
  readonly category?: string | undefined
  /** The template's name. */
  readonly template?: string | undefined
}

/** The opt-out that forbids it: the one that has stood longest. A customer is opted out whom any source calls so. */
export function findOptOut(state: ConsentState, purpose: Purpose): ConsentRecord | undefined {
  return [...state.values()]
    .filter((record) => record.state === 'optedOut' && isCovered(record, purpose))
    .toSorted((one, other) => one.since - other.since || (slotOf(one) < slotOf(other) ? -1 : 1))[0]
}

function isCovered({ scope, template }: ConsentRecord, purpose: Purpose): boolean {
  switch (scope) {
    case 'all':
      return true
    case 'marketing':
      return purpose.category?.toUpperCase() === 'MARKETING'
    case 'template':
      return template !== undefined && template === purpose.template
  }
}

/** What lives on where a known number comes back with another person behind it: opt-outs, and nothing else. */
export function carryOver(state: ConsentState): ConsentState {
  return new Map([...state].filter(([, { state: given }]) => given === 'optedOut'))
}
