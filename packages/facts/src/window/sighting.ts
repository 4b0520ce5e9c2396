import { normaliseNumber, type ImEvent, type ImEventOf } from '@imchannel/events'
import { readReportSign } from '../consent/report-sign.ts'
import { openingOf } from './opening.ts'
import type { WindowState } from './window.ts'

/** What one event says of a window. */
export interface WindowSighting {
  readonly tenant: string
  /** The business number, digits. */
  readonly business: string
  /** Every name that it shows of the customer: digits, or a BSUID. */
  readonly names: readonly string[]
  readonly state: WindowState
}

/** Reads what an event says of a window; undefined where it says nothing, or not of which number. */
export function sightingOf(event: ImEvent): WindowSighting | undefined {
  if (event.type === 'imchannel.message.received.v1') return ofMessage(event)
  if (event.type === 'imchannel.call.received.v1') {
    const { to, from, receivedAt, window } = event.data
    const kind = window === undefined ? 'maybeAt' : 'openedAt'
    return sighting(event, { business: to, names: [from], kind, at: receivedAt })
  }
  return event.type === 'imchannel.message.delivery.v1' ? ofReport(event) : undefined
}

function ofMessage(event: ImEventOf<'imchannel.message.received.v1'>): WindowSighting | undefined {
  const { to, from, contact, receivedAt } = event.data
  const opening = openingOf(event.data)
  if (opening === 'none') return undefined
  const kind = opening === 'opens' ? 'openedAt' : 'maybeAt'
  return sighting(event, { business: to, names: [from, contact?.phoneNumber, contact?.userId], kind, at: receivedAt })
}

function ofReport(event: ImEventOf<'imchannel.message.delivery.v1'>): WindowSighting | undefined {
  const { from, to, contact, doneAt } = event.data
  if (readReportSign(event.data)?.kind !== 'noWindow') return undefined
  const names = [to, contact?.phoneNumber, contact?.userId]
  return sighting(event, { business: from, names, kind: 'closedAt', at: doneAt ?? event.time })
}

interface Seen {
  readonly business: string | undefined
  readonly names: readonly (string | undefined)[]
  readonly kind: keyof WindowState
  readonly at: string
}

function sighting({ tenant }: ImEvent, { business, names, kind, at }: Seen): WindowSighting | undefined {
  const time = Date.parse(at)
  const known = new Set(names.flatMap((name) => (name === undefined ? [] : normaliseNumber(name) || [])))
  if (business === undefined || known.size === 0 || Number.isNaN(time)) return undefined
  return { tenant, business: normaliseNumber(business), names: [...known], state: { [kind]: time } }
}
