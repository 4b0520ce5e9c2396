import type { Reservation } from '@imchannel/events'
import type { InfobipStatus, Outcome as Answer } from '@imchannel/infobip'
import type { Look } from '@imchannel/ledger'
import type { CommandError } from '../errors.ts'
import type { BudgetReading, FormName, GateReading } from './gates/gate-reading.ts'
import type { Advice } from './outcome.ts'

/** What Infobip's logs say of one message; `no-answer` where they could not be asked. */
export type LogFinding =
  { kind: 'found'; status?: InfobipStatus | undefined } | { kind: 'not-found' } | { kind: 'no-answer'; reason: string }

/** Whether the message's media lie where Infobip can fetch them. */
export type MediaState =
  { kind: 'ready' } | { kind: 'later'; reason: string } | { kind: 'refused'; error: CommandError }

/** One request of a command: its number, and when it was claimed, on Redis's clock. */
export interface Try {
  readonly tries: number
  readonly at: number
  /** Absent where it is not known. */
  readonly form?: FormName | undefined
}

/** What was decided with a claim. */
export interface Decided {
  readonly form: FormName
  /** What speaks against it all the same. */
  readonly advice: readonly Advice[]
  /** What it counts in budgets. */
  readonly reserved?: readonly Reservation[] | undefined
}

/** One that may be on its way, or have been taken. */
export interface OpenTry extends Try {
  /** This handling has made it: nobody else can say that it was not taken. */
  readonly isOwn: boolean
}

/** What a handling has in hand: a claim to use, an answer to write down, a pause to make before it looks again. */
export type Hand =
  | { readonly is: 'empty' }
  | { readonly is: 'claimed'; readonly claim: Try; readonly askedAtMs: number; readonly decided?: Decided }
  | { readonly is: 'answered'; readonly claim: Try; readonly answer: Answer; readonly decided?: Decided | undefined }
  | { readonly is: 'resting'; readonly pause: Pause }

export type Pause = 'short' | 'backoff' | 'long'

/** What one handling has learned of its command and done with it. Nothing of it outlives the process: the ledger does. */
export interface Known {
  readonly hand: Hand
  /** What the ledger said, and what was found out since: forgotten together, once the ledger may say something else. */
  readonly look: Look | undefined
  /** `undefined` until asked. */
  readonly parking: 'direct' | { readonly reason: string } | undefined
  readonly logs: LogFinding | undefined
  readonly hasPermit: boolean
  /** What was reserved for the request; `undefined` until it was. */
  readonly reserved: readonly Reservation[] | undefined
  readonly media: MediaState | undefined
  /** Whose media those are. */
  readonly mediaOf: FormName | undefined
  /** What was read for the gates. */
  readonly gates: GateReading | undefined
  readonly triedAtOnce: boolean
  /** Redis's clock at the first look. */
  readonly firstLookAt: number | undefined
  /** The latest request that this handling knows to be open or unknown: it remembers longer than a Redis that goes back in time. */
  readonly open: OpenTry | undefined
  /**
   * The latest request that stands as unknown in the ledger and is not: it was asked about and not found, or was certainly not
   * taken. What this handling writes down of later ones is no part of what a loss may have taken.
   */
  readonly judged: Try | undefined
}

/** What came of a step. */
export type Learned =
  | { readonly what: 'look'; readonly look: Look }
  | { readonly what: 'parking'; readonly reason: string | undefined }
  | { readonly what: 'logs'; readonly finding: LogFinding }
  | { readonly what: 'media'; readonly media: MediaState; readonly form?: FormName }
  | { readonly what: 'gates'; readonly reading: GateReading }
  | { readonly what: 'permit' }
  | { readonly what: 'reserved'; readonly reserved: readonly Reservation[] }
  /** A budget had no room when it was to be reserved in, or nobody knew whether it has. */
  | { readonly what: 'not-reserved'; readonly budgets: BudgetReading }
  | {
      readonly what: 'claimed'
      readonly claim: Try
      readonly askedAtMs: number
      readonly judged: number | undefined
      readonly decided?: Decided
    }
  | { readonly what: 'answered'; readonly answer: Answer }
  /** The claim has ended as `idle` or `unknown`. */
  | {
      readonly what: 'released'
      readonly as: 'idle' | 'unknown'
      readonly isOpen: boolean
      readonly pause: Pause | undefined
    }
  | { readonly what: 'marked-unknown' }
  /** Somebody else has a say in it: nothing was written. */
  | { readonly what: 'disputed' }
  /** Time has passed, or something was written: the ledger is to be looked at again. */
  | { readonly what: 'changed' }

export const NOTHING_KNOWN: Known = {
  hand: { is: 'empty' },
  look: undefined,
  parking: undefined,
  logs: undefined,
  hasPermit: false,
  reserved: undefined,
  media: undefined,
  mediaOf: undefined,
  gates: undefined,
  triedAtOnce: false,
  firstLookAt: undefined,
  open: undefined,
  judged: undefined,
}

/** Forgets what holds for a moment alone. */
const STALE = { look: undefined, parking: undefined, logs: undefined, hasPermit: false, reserved: undefined } as const
const EMPTY = { is: 'empty' } as const

type Lessons = {
  readonly [What in Learned['what']]: (known: Known, learned: Extract<Learned, { what: What }>) => Partial<Known>
}

const LESSONS: Lessons = {
  look: (known, { look }) => ({ look, firstLookAt: known.firstLookAt ?? look.now, open: openIn(look, known) }),
  parking: (_known, { reason }) => ({ parking: reason === undefined ? 'direct' : { reason } }),
  logs: (_known, { finding }) => ({ logs: finding }),
  media: (_known, { media, form = 'content' }) => ({ media, mediaOf: form }),
  gates: (_known, { reading }) => ({ gates: reading }),
  permit: () => ({ hasPermit: true }),
  reserved: (_known, { reserved }) => ({ reserved }),
  // Its permit is of more use to others.
  'not-reserved': ({ gates }, { budgets }) => ({
    hasPermit: false,
    gates: gates === undefined ? undefined : { ...gates, budgets },
  }),
  claimed: (known, { claim, askedAtMs, judged: at, decided }) => ({
    ...STALE,
    triedAtOnce: true,
    // What was open was judged, or there would be no claim.
    open: undefined,
    // It has the form of what was judged.
    judged: at === undefined ? known.judged : { at, tries: claim.tries - 1, form: claim.form },
    hand: { is: 'claimed', claim, askedAtMs, ...(decided === undefined ? {} : { decided }) },
  }),
  answered: ({ hand }, { answer }) =>
    hand.is === 'claimed' ? { hand: { is: 'answered', claim: hand.claim, answer, decided: hand.decided } } : {},
  released: ({ hand, judged }, { as, isOpen, pause }) => ({
    ...STALE,
    open: isOpen ? ownOpen(hand) : undefined,
    judged: isOpen || as === 'idle' ? judged : claimOf(hand),
    hand: pause === undefined ? EMPTY : { is: 'resting', pause },
  }),
  'marked-unknown': () => ({ ...STALE, judged: undefined, hand: EMPTY }),
  disputed: () => ({ ...STALE, hand: { is: 'resting', pause: 'short' } }),
  changed: ({ media }) => ({
    ...STALE,
    triedAtOnce: true,
    hand: EMPTY,
    media: media?.kind === 'ready' ? media : undefined,
  }),
}

/** What is known after a step. */
export function learn(known: Known, learned: Learned): Known {
  // `as`: the one that is found by a lesson's name takes that lesson.
  const lesson = LESSONS[learned.what] as (known: Known, learned: Learned) => Partial<Known>
  return { ...known, ...lesson(known, learned) }
}

function claimOf(hand: Hand): Try | undefined {
  return hand.is === 'claimed' || hand.is === 'answered' ? hand.claim : undefined
}

function ownOpen(hand: Hand): OpenTry | undefined {
  const claim = claimOf(hand)
  return claim === undefined ? undefined : { ...claim, isOwn: true }
}

function openIn({ held }: Look, { open }: Known): OpenTry | undefined {
  if (held.kind !== 'entry' || (held.entry.state !== 'sending' && held.entry.state !== 'unknown')) return open
  const { tries, at, request } = held.entry
  if (open !== undefined && open.tries > tries) return open
  // Of its own the handling knows the form, whatever a ledger that went back in time says.
  const form = open?.isOwn === true ? open.form : request?.form
  return { tries, at: Math.max(at, open?.at ?? 0), isOwn: open?.isOwn === true, form }
}
