import { escapeField, unescapeField } from './escape-field.ts'
import { decodeDetails } from './request-details.ts'
import type { RequestDetails } from './request-details.ts'

/**
 * What has become of one command.
 *
 * - `idle`: known, and nothing of it can be on its way: refused by a limit, never written, or its handling threw.
 * - `sending`: a request may be on the wire; only its owner may end it before it is stale.
 * - `unknown`: a request was made and nobody can say what it did: Infobip is asked before anything else happens.
 * - `accepted`, `rejected`, `expired`: final. `reported` is false until the outcome event is stored by Kafka.
 */
export type SendState = 'idle' | 'sending' | 'unknown' | 'accepted' | 'rejected' | 'expired'

/** The states that a command ends in. */
export type FinalState = Extract<SendState, 'accepted' | 'rejected' | 'expired'>

/** What a send is, as opposed to what became of it: written with the first claim and never changed. */
export interface SendIdentity {
  commandId: string
  /** Business number, digits. */
  from: string
  /** Customer: digits, or a BSUID. */
  to: string
  /** Fingerprint of the command's content: tells a repeat from another command under the same id. */
  print: string
  /** W3C `traceparent` of the span that sent it, where there was one. */
  traceparent?: string
}

/** One send, as the ledger holds it. */
export interface LedgerEntry extends SendIdentity {
  state: SendState
  reported: boolean
  /** Token of the claim in force; empty where nobody holds it. */
  owner: string
  /** When the state was entered, in ms of Redis's clock; for `unknown` the time of the request. */
  at: number
  /** Requests begun so far. */
  tries: number
  /** Handlings in a row that began and never ended: thrown, or cut off by the death of a process. */
  strikes: number
  /** A delivery or seen report with this messageId came in: the message was sent, whatever the answer said. */
  reportSeen: boolean
  /** How the latest request was made; absent in entries of the first format. */
  request?: RequestDetails
  /** The outcome that is still to be reported, as the dispatcher wrote it; absent once it is reported. */
  outcome?: string
}

/** What a key holds: an entry, nothing, or something that a newer version wrote. */
export type Decoded = { kind: 'entry'; entry: LedgerEntry } | { kind: 'absent' } | { kind: 'foreign'; format: string }

/**
 * Versions of the stored form. Entries outlive upgrades: an instance that meets a number it does not know waits until
 * one that knows it has finished, and never guesses. `1` is what 0.1.0 knows; `2` has the request's details, too.
 */
export const ENTRY_FORMATS = ['1', '2'] as const
export type EntryFormat = (typeof ENTRY_FORMATS)[number]

const LETTERS = { idle: 'I', sending: 'S', unknown: 'U', accepted: 'A', rejected: 'R', expired: 'E' } as const
const STATES: ReadonlyMap<string, SendState> = new Map([
  ['I', 'idle'],
  ['S', 'sending'],
  ['U', 'unknown'],
  ['A', 'accepted'],
  ['R', 'rejected'],
  ['E', 'expired'],
])

/** The letter of a final state that still has to be reported. */
export function letterOf(state: SendState): string {
  return LETTERS[state]
}

/**
 * Reads a stored value: `format|state|owner|at|tries|strikes|seen|print|from|to|trace|commandId[|details][|outcome]`, the
 * details from format 2 on.
 */
export function decodeEntry(stored: string | null | undefined): Decoded {
  if (stored === null || stored === undefined) return { kind: 'absent' }
  const fields = stored.split('|')
  const [format = '', letter = ''] = fields
  const state = STATES.get(letter.toUpperCase())
  const hasDetails = format === '2'
  const length = hasDetails ? 13 : 12
  if ((format !== '1' && !hasDetails) || state === undefined || fields.length < length)
    return { kind: 'foreign', format }
  const { identity, trace, details } = decodeIdentity(fields.slice(7, length))
  const entry: LedgerEntry = {
    state,
    reported: letter !== letter.toUpperCase(),
    ...decodeProgress(fields),
    ...identity,
  }
  const traceparent = unpackTraceparent(trace)
  if (traceparent !== undefined) entry.traceparent = traceparent
  if (hasDetails) entry.request = decodeDetails(details)
  if (fields.length > length) entry.outcome = fields.slice(length).join('|')
  return { kind: 'entry', entry }
}

function decodeProgress([, , owner = '', at, tries, strikes, seen]: readonly string[]) {
  return { owner, at: Number(at), tries: Number(tries), strikes: Number(strikes), reportSeen: seen === '1' }
}

function decodeIdentity([print = '', from = '', to = '', trace = '', commandId = '', details = '']: readonly string[]) {
  const identity = {
    print,
    from: unescapeField(from),
    to: unescapeField(to),
    commandId: unescapeField(commandId),
  }
  return { identity, trace, details }
}

/** The part of a stored value that the scripts carry along without reading it. */
export function encodeIdentity(identity: SendIdentity): string {
  return [
    escapeField(identity.print),
    escapeField(identity.from),
    escapeField(identity.to),
    packTraceparent(identity.traceparent),
    escapeField(identity.commandId),
  ].join('|')
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** 55 characters as 34. */
function packTraceparent(traceparent: string | undefined): string {
  const parts = traceparent === undefined ? null : TRACEPARENT.exec(traceparent)
  return parts === null ? '' : Buffer.from(parts.slice(1).join(''), 'hex').toString('base64url')
}

function unpackTraceparent(packed: string): string | undefined {
  const hex = Buffer.from(packed, 'base64url').toString('hex')
  if (hex.length !== 50) return undefined
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-${hex.slice(48)}`
}
