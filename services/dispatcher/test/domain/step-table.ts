import type { Outcome as Answer } from '@imchannel/infobip'
import type { LedgerEntry } from '@imchannel/ledger'
import { NOTHING_KNOWN } from '../../src/domain/known.ts'
import type { Decided, Hand, Known } from '../../src/domain/known.ts'
import type { Facts, Fit, Maker, Step } from '../../src/domain/next-step.ts'
import { commandError } from '../../src/errors.ts'

/** One situation of a command: what the ledger says, what else is so, and what is done. `docs/next-step.md` is made of these. */
export interface Row {
  readonly ledger: string
  readonly and: string
  readonly facts: Facts
  readonly step: Step['do']
  /** More that the step has to be. */
  readonly with?: Partial<Record<string, unknown>>
}

const NOW = 1_800_000_000_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

interface Over extends Partial<Omit<Facts, 'known'>> {
  known?: Partial<Known>
  /** What the ledger holds, its age instead of its time; `null` where it holds nothing. Not looked at otherwise. */
  entry?: (Partial<LedgerEntry> & { ageMs?: number }) | null
}

const send: Fit = { kind: 'send', form: 'content', advice: [] }

function facts({ known, entry, ...over }: Over): Facts {
  return {
    now: NOW,
    elapsedMs: 0,
    deadline: { at: NOW + DAY, reason: 'its expiresAt passed', byAge: NOW + DAY },
    owner: 'me',
    isSuspect: false,
    suspectSince: undefined,
    isDryRun: false,
    fit: send,
    isUnjudged: false,
    hasBudgets: false,
    hasFallback: false,
    mayGoAtOnce: true,
    account: { onUnknown: 'resend' },
    maker: undefined,
    isMoved: false,
    known: {
      ...NOTHING_KNOWN,
      ...(entry === undefined ? {} : { look: { now: NOW, held: heldOf(entry) } }),
      ...known,
    },
    ...over,
  }
}

const BARE = {
  commandId: 'c',
  from: '1',
  to: '2',
  print: 'p',
  state: 'idle',
  reported: false,
  owner: '',
  tries: 1,
  strikes: 0,
  reportSeen: false,
} as const

function heldOf(entry: NonNullable<Over['entry']> | null): NonNullable<Known['look']>['held'] {
  if (entry === null) return { kind: 'absent' }
  const { ageMs = 0, ...over } = entry
  return {
    kind: 'entry',
    entry: {
      ...BARE,
      at: NOW - ageMs,
      ...over,
    },
  }
}

const maker: Maker = { unknownAfterMs: MINUTE, isCovered: true, isPresent: true }
const uncovered: Maker = { ...maker, isCovered: false }
const notFound = { parking: 'direct', logs: { kind: 'not-found' } } as const
const noAnswer = { parking: 'direct', logs: { kind: 'no-answer', reason: '500' } } as const
const media = { media: { kind: 'ready' }, mediaOf: 'content' } as const
const ready = { parking: 'direct', ...media } as const
const rebuilt: Fit = { kind: 'wait', because: 'budget counts' }
const reserved = [{ budget: 'tenant/day/messages', scope: '-', period: '2026-12-01', units: 1 }]
const refused: Fit = { kind: 'end', outcome: { how: 'rejected', at: NOW, error: commandError('unknown_sender') } }
const expired: Fit = {
  kind: 'end',
  outcome: { how: 'expired', at: NOW, error: commandError('expired', 'its expiresAt passed') },
}
const closed: Fit = {
  kind: 'end',
  outcome: { how: 'rejected', at: NOW, error: { ...commandError('window_closed'), gate: 'window' } },
}
const checked: Fit = { kind: 'end', outcome: { how: 'accepted', at: NOW } }
const doubt = { state: 'unknown', ageMs: 20 * SECOND } as const
const late = { state: 'unknown', ageMs: 61 * SECOND } as const
const open = { state: 'sending', owner: 'other', ageMs: 5 * SECOND } as const
const unknownError = { how: 'rejected', error: { code: 'outcome_unknown' } }
const claim = { tries: 1, at: NOW }
const claimed: Hand = { is: 'claimed', claim, askedAtMs: 0 }

const advice = { gate: 'consent', code: 'opted_out', reason: 'x' } as const

function answered(answer: Partial<Answer>, tries = 1, decided?: Decided): { hand: Hand } {
  // `as`: each row has what its kind of answer needs.
  return { hand: { is: 'answered', claim: { ...claim, tries }, answer: answer as Answer, decided } }
}

function rows(ledger: string, list: readonly [and: string, over: Over, step: Step['do'], more?: Row['with']][]): Row[] {
  return list.map(([and, over, step, more]) => ({
    ledger,
    and,
    facts: facts(over),
    step,
    ...(more === undefined ? {} : { with: more }),
  }))
}

const refusal = { kind: 'rejected', httpStatus: 400, code: 'X', reason: 'x', permanent: true } as const

export const STEP_TABLE: readonly Row[] = [
  ...rows('not asked yet', [
    ['nothing speaks against it, and nobody asked whether it is parked', {}, 'ask-parking'],
    ['nothing speaks against it', { known: { parking: 'direct' } }, 'claim-at-once'],
    ['its account is parked', { known: { parking: { reason: 'unreachable' } } }, 'look'],
    ['it has media, or its account had repeats a moment ago', { mayGoAtOnce: false }, 'look'],
    [
      'the facts that its gates judge by are not read, or too old',
      { isUnjudged: true, known: { parking: 'direct' } },
      'read-facts',
    ],
    ['a gate refuses it', { fit: closed, known: { parking: 'direct' } }, 'look'],
    ['it was tried at once before', { known: { triedAtOnce: true } }, 'look'],
    ['the ledger may have forgotten it', { isSuspect: true }, 'look'],
    ['it cannot be sent', { fit: refused }, 'look'],
    ['what its budgets have counted is being made anew', { fit: rebuilt, known: { parking: 'direct' } }, 'look'],
  ]),
  ...rows('nothing', [
    [
      'it cannot be sent',
      { entry: null, fit: refused },
      'conclude',
      { outcome: { how: 'rejected', error: { code: 'unknown_sender' } } },
    ],
    ['its time is over', { entry: null, fit: expired }, 'conclude', { outcome: { how: 'expired' } }],
    [
      'a gate refuses it',
      { entry: null, fit: closed },
      'conclude',
      { outcome: { how: 'rejected', error: { code: 'window_closed', gate: 'window' } } },
    ],
    [
      'it is a check alone, and its gates’ facts are not read',
      { entry: null, fit: checked, isDryRun: true, isUnjudged: true },
      'read-facts',
    ],
    [
      'it cannot be sent, and its gates’ facts are not read',
      { entry: null, fit: refused, isUnjudged: true },
      'conclude',
      { outcome: { error: { code: 'unknown_sender' } } },
    ],
    ['its gates’ facts are not read', { entry: null, isUnjudged: true, known: { parking: 'direct' } }, 'read-facts'],
    [
      'its gates’ facts became too old while it waited for a permit',
      { entry: null, isUnjudged: true, known: { ...ready, hasPermit: true } },
      'read-facts',
    ],
    [
      'its media are ready for its other form',
      { entry: null, fit: { ...send, form: 'fallback' }, known: ready },
      'prepare-media',
      { form: 'fallback' },
    ],
    [
      'its fallback can be sent, and has a permit',
      {
        entry: null,
        fit: { ...send, form: 'fallback' },
        hasFallback: true,
        known: { ...ready, mediaOf: 'fallback', hasPermit: true },
      },
      'claim',
      { decided: { form: 'fallback' } },
    ],
    [
      'its time is over by a clock that Redis’s does not agree with',
      { entry: null, fit: expired, now: NOW, known: { look: { now: NOW - 5 * MINUTE, held: { kind: 'absent' } } } },
      'wait-for-clocks',
      { aheadMs: 5 * MINUTE },
    ],
    [
      'it is a check alone',
      { entry: null, fit: checked, isDryRun: true },
      'conclude',
      { outcome: { how: 'accepted' } },
    ],
    [
      'it is a check alone, and the ledger may have forgotten it',
      { entry: null, fit: checked, isDryRun: true, isSuspect: true },
      'conclude',
    ],
    ['the ledger may have forgotten it', { entry: null, isSuspect: true }, 'mark-unknown', { since: undefined }],
    [
      'the ledger may have forgotten it since a moment that is known',
      { entry: null, isSuspect: true, suspectSince: NOW - MINUTE },
      'mark-unknown',
      { since: NOW - MINUTE },
    ],
    [
      'the same, and this handling has made a later request',
      {
        entry: null,
        isSuspect: true,
        suspectSince: NOW - MINUTE,
        known: { open: { tries: 1, at: NOW - SECOND, isOwn: true } },
      },
      'mark-unknown',
      { since: NOW - SECOND },
    ],
    [
      'the ledger may have forgotten it, and it cannot be sent',
      { entry: null, isSuspect: true, fit: refused },
      'mark-unknown',
    ],
    [
      'this handling has made a request of it',
      { entry: null, known: { open: { ...claim, isOwn: true } } },
      'mark-unknown',
    ],
    ['nobody asked whether it is parked', { entry: null }, 'ask-parking'],
    [
      'its account is parked',
      { entry: null, known: { parking: { reason: 'unreachable' } } },
      'park',
      { reason: 'unreachable' },
    ],
    ['its media are not looked for yet', { entry: null, known: { parking: 'direct' } }, 'prepare-media'],
    [
      'its media are not there yet',
      { entry: null, known: { parking: 'direct', mediaOf: 'content', media: { kind: 'later', reason: '503' } } },
      'wait',
      { ms: 'backoff' },
    ],
    [
      'its media are refused',
      {
        entry: null,
        known: {
          parking: 'direct',
          mediaOf: 'content',
          media: { kind: 'refused', error: commandError('media_empty') },
        },
      },
      'conclude',
      { outcome: { how: 'rejected', error: { code: 'media_empty' } } },
    ],
    ['it can be sent', { entry: null, known: ready }, 'obtain-permit', { alone: false }],
    [
      'it can be sent, and has a permit',
      { entry: null, known: { ...ready, hasPermit: true } },
      'claim',
      { judged: undefined },
    ],
    [
      'what its budgets have counted is being made anew',
      { entry: null, fit: rebuilt, known: { parking: 'direct' } },
      'wait',
      { ms: 500 },
    ],
    [
      'the same, and what is known of it is too old',
      { entry: null, fit: rebuilt, isUnjudged: true, known: { parking: 'direct' } },
      'read-facts',
    ],
    ['the same, and its account is parked', { entry: null, fit: rebuilt, known: { parking: { reason: 'x' } } }, 'park'],
    [
      'the same, and its time is over',
      { entry: null, fit: expired, isUnjudged: true, known: { parking: 'direct' } },
      'conclude',
      { outcome: { how: 'expired' } },
    ],
    [
      'it has budgets, can be sent, and has a permit',
      { entry: null, hasBudgets: true, known: { ...ready, hasPermit: true } },
      'reserve',
    ],
    [
      'the same, and it is counted in them',
      { entry: null, hasBudgets: true, known: { ...ready, hasPermit: true, reserved } },
      'claim',
      { decided: { reserved } },
    ],
    [
      'it has a permit, and its time is over',
      { entry: null, fit: expired, known: { ...ready, hasPermit: true } },
      'conclude',
      { outcome: { how: 'expired' } },
    ],
  ]),
  ...rows('`idle`: no request of it was taken', [
    ['it can be sent', { entry: {}, known: ready }, 'obtain-permit', { alone: false }],
    ['two handlings in a row did not end', { entry: { strikes: 2 }, known: ready }, 'obtain-permit', { alone: true }],
    [
      'three handlings in a row did not end',
      { entry: { strikes: 3 }, known: ready },
      'conclude',
      { outcome: { how: 'rejected', error: { code: 'internal_error' } } },
    ],
    ['it cannot be sent', { entry: {}, fit: refused }, 'conclude', { outcome: { error: { code: 'unknown_sender' } } }],
    ['the ledger may have forgotten a request', { entry: {}, isSuspect: true }, 'mark-unknown'],
    [
      'the ledger may have forgotten what was before this handling’s own requests',
      { entry: { tries: 2 }, isSuspect: true, known: { ...ready, judged: claim } },
      'obtain-permit',
    ],
    [
      'this handling has made more requests than it counts',
      { entry: { tries: 1 }, known: { open: { tries: 2, at: NOW, isOwn: false } } },
      'mark-unknown',
    ],
    ['a report shows it', { entry: { reportSeen: true } }, 'conclude', { outcome: { how: 'accepted' } }],
    [
      'a report shows it, and it has two forms',
      { entry: { reportSeen: true, request: { form: 'fallback' } }, hasFallback: true },
      'conclude',
      { outcome: { how: 'accepted', sentAs: 'fallback' } },
    ],
  ]),
  ...rows('`sending`: a request of another owner may be open', [
    ['nobody asked whether it is parked', { entry: open, maker }, 'ask-parking'],
    [
      'it is half a second old at most',
      { entry: { ...open, ageMs: 100 }, maker, known: { parking: 'direct' } },
      'wait',
      { ms: 400 },
    ],
    ['Infobip’s logs were not asked', { entry: open, maker, known: { parking: 'direct' } }, 'ask-logs'],
    [
      'the logs have it',
      { entry: open, maker, known: { parking: 'direct', logs: { kind: 'found' } } },
      'conclude',
      { outcome: { how: 'accepted' } },
    ],
    ['the logs do not have it', { entry: open, maker, known: notFound }, 'wait', { ms: 2.5 * SECOND }],
    ['the logs do not answer', { entry: open, maker, known: noAnswer }, 'wait'],
    ['no logs show it', { entry: open, maker: uncovered, known: { parking: 'direct' } }, 'wait'],
    [
      'it is so old that no request can be open',
      { entry: { ...open, ageMs: 15 * SECOND }, maker, known: { parking: 'direct' } },
      'mark-owner-lost',
      { owner: 'other' },
    ],
    [
      'a report shows it',
      { entry: { ...open, reportSeen: true }, maker },
      'conclude',
      { outcome: { how: 'accepted' } },
    ],
    ['its number is in no account any more', { entry: open, maker, account: undefined, fit: refused }, 'ask-logs'],
  ]),
  ...rows('`unknown`: nobody knows what a request did', [
    ['its account is parked', { entry: doubt, maker, known: { parking: { reason: 'unreachable' } } }, 'park'],
    ['Infobip’s logs were not asked', { entry: doubt, maker, known: { parking: 'direct' } }, 'ask-logs'],
    [
      'the logs have it',
      { entry: doubt, maker, known: { parking: 'direct', logs: { kind: 'found' } } },
      'conclude',
      { outcome: { how: 'accepted' }, settledBy: 'logs' },
    ],
    [
      'the logs have it as a repeat of its own messageId',
      {
        entry: doubt,
        maker,
        known: {
          parking: 'direct',
          logs: { kind: 'found', status: { groupId: 5, id: 23, name: 'REJECTED_DUPLICATE_MESSAGE_ID' } },
        },
      },
      'conclude',
      { outcome: { how: 'accepted' } },
    ],
    [
      'the logs have it as refused',
      {
        entry: doubt,
        maker,
        known: { parking: 'direct', logs: { kind: 'found', status: { groupId: 5, id: 6, name: 'REJECTED_NETWORK' } } },
      },
      'conclude',
      { outcome: { how: 'rejected', error: { code: 'REJECTED_NETWORK' } }, unknownAt: NOW - 20 * SECOND },
    ],
    ['the logs do not have it yet', { entry: doubt, maker, known: notFound }, 'wait', { ms: 10 * SECOND }],
    [
      'a report shows it',
      { entry: { ...doubt, reportSeen: true }, maker },
      'conclude',
      { outcome: { how: 'accepted' }, settledBy: 'report' },
    ],
    [
      'no logs show it, and reports have time',
      { entry: doubt, maker: uncovered, known: { parking: 'direct' } },
      'wait',
    ],
    ['it cannot be sent any more', { entry: doubt, maker, fit: expired, known: notFound }, 'wait'],
    [
      '`unknownAfterMs` is over, and the logs were not asked since',
      { entry: late, maker, known: { parking: 'direct' } },
      'ask-logs',
    ],
    [
      '`unknownAfterMs` is over, and the logs do not have it',
      { entry: late, maker, known: { ...notFound, ...media } },
      'obtain-permit',
    ],
    [
      'the same, with a permit',
      { entry: late, maker, known: { ...notFound, ...media, hasPermit: true } },
      'claim',
      { judged: NOW - 61 * SECOND },
    ],
    [
      'the same, and what its budgets have counted is being made anew',
      { entry: late, maker, fit: rebuilt, known: notFound },
      'wait',
    ],
    [
      'the same, and media that are refused',
      {
        entry: late,
        maker,
        known: { ...notFound, mediaOf: 'content', media: { kind: 'refused', error: commandError('media_empty') } },
      },
      'conclude',
      { outcome: unknownError },
    ],
    [
      'the same, and three handlings in a row did not end',
      { entry: { ...late, strikes: 3 }, maker, known: notFound },
      'conclude',
      { outcome: { error: { code: 'internal_error' } } },
    ],
    [
      'the same with `onUnknown: reject`',
      { entry: late, maker, account: { onUnknown: 'reject' }, known: notFound },
      'conclude',
      { outcome: unknownError, settledBy: 'given-up' },
    ],
    [
      'the same, and it cannot be sent any more',
      { entry: late, maker, fit: refused, known: notFound },
      'conclude',
      { outcome: unknownError },
    ],
    [
      'the same, and its gates’ facts are not read',
      { entry: late, maker, isUnjudged: true, known: notFound },
      'read-facts',
    ],
    [
      'the same, and a gate refuses it',
      { entry: late, maker, fit: closed, known: notFound },
      'conclude',
      { outcome: { ...unknownError, advice: [{ gate: 'window', code: 'window_closed' }] } },
    ],
    [
      'the same, and its time is over',
      { entry: late, maker, fit: expired, known: notFound },
      'conclude',
      { outcome: unknownError },
    ],
    [
      'the same, and its time is over by a clock that Redis’s does not agree with',
      { entry: late, maker, fit: expired, now: NOW + 5 * MINUTE, known: notFound },
      'wait-for-clocks',
    ],
    [
      'the same, and its number is in no account any more',
      { entry: late, maker, account: undefined, fit: refused, known: { logs: { kind: 'not-found' } } },
      'conclude',
      { outcome: unknownError },
    ],
    ['`unknownAfterMs` is over, and no logs show it', { entry: late, maker: uncovered, known: ready }, 'obtain-permit'],
    [
      'the same, and three handlings in a row did not end',
      { entry: { ...late, strikes: 3 }, maker: uncovered, known: ready },
      'conclude',
      { outcome: unknownError },
    ],
    [
      '`unknownAfterMs` is over, and the account that made it is not kept',
      { entry: late, known: { parking: 'direct' } },
      'conclude',
      { outcome: unknownError },
    ],
    [
      '`unknownAfterMs` is over, and the logs do not answer',
      { entry: late, maker, known: noAnswer, elapsedMs: DAY },
      'wait',
    ],
    [
      'the same, and it waits for longer than `maxAge`',
      {
        entry: late,
        maker,
        known: noAnswer,
        elapsedMs: DAY,
        deadline: { at: NOW - 1, reason: 'x', byAge: NOW - 1 },
      },
      'conclude',
      { outcome: unknownError },
    ],
    [
      'the same, and another account would send it now',
      { entry: late, maker: { ...maker, isPresent: false }, known: noAnswer, elapsedMs: DAY },
      'conclude',
      { outcome: unknownError },
    ],
    [
      'it is old, and this handling has made a later request',
      { entry: late, maker, known: { ...notFound, open: { tries: 2, at: NOW - SECOND, isOwn: true } } },
      'wait',
    ],
    [
      'it is old, and the ledger may have forgotten a later one',
      { entry: late, maker, isSuspect: true, known: { ...notFound, firstLookAt: NOW - SECOND } },
      'wait',
    ],
    [
      'it is old, and the ledger may have forgotten one that was claimed a minute ago at the latest',
      {
        entry: late,
        maker,
        isSuspect: true,
        suspectSince: NOW - MINUTE,
        known: { ...notFound, ...media, firstLookAt: NOW },
      },
      'obtain-permit',
    ],
    [
      'the same, claimed later',
      {
        entry: late,
        maker,
        isSuspect: true,
        suspectSince: NOW - 59 * SECOND,
        known: { ...notFound, firstLookAt: NOW },
      },
      'wait',
      { ms: SECOND },
    ],
    [
      'the same of an account that asks early, and a request may still be open',
      {
        entry: late,
        maker: { ...maker, unknownAfterMs: SECOND },
        isSuspect: true,
        suspectSince: NOW - 14 * SECOND,
        known: notFound,
      },
      'wait',
      { ms: SECOND },
    ],
    [
      'this handling knows that it was not taken',
      { entry: { ...doubt, tries: 2 }, maker, known: { ...ready, judged: { tries: 2, at: NOW - 20 * SECOND } } },
      'obtain-permit',
    ],
  ]),
  ...rows('an outcome', [
    ['it was told', { entry: { state: 'accepted', reported: true } }, 'finish-repeat'],
    [
      'it was told, and the command cannot be sent any more',
      { entry: { state: 'rejected', reported: true }, fit: expired },
      'finish-repeat',
    ],
    [
      'another handling settled it a moment ago',
      { entry: { state: 'accepted', owner: 'other', ageMs: SECOND } },
      'wait',
      { ms: 500 },
    ],
    [
      'another handling settled it 5 s ago and has not told it',
      { entry: { state: 'rejected', owner: 'other', ageMs: 5 * SECOND } },
      'report-settled',
    ],
    ['this handling settled it', { entry: { state: 'expired', owner: 'me' } }, 'report-settled'],
  ]),
  ...rows('what a newer version wrote', [
    ['', { known: { look: { now: NOW, held: { kind: 'foreign', format: '9' } } } }, 'wait-for-newer', { format: '9' }],
  ]),
  ...rows('this handling’s claim', [
    ['it is fresh', { known: { hand: claimed } }, 'request'],
    ['it is older than two seconds', { known: { hand: claimed }, elapsedMs: 2_001 }, 'release-claim', { as: 'idle' }],
    [
      'the partition or the number went to somebody else',
      { known: { hand: claimed }, isMoved: true },
      'release-claim',
      { as: 'idle' },
    ],
    [
      'the same, and an earlier request was not found',
      { known: { hand: claimed, judged: claim }, isMoved: true },
      'release-claim',
      { as: 'unknown', isOpen: false },
    ],
    [
      'the ledger may have forgotten an earlier request',
      { known: { hand: claimed }, isSuspect: true },
      'release-claim',
      { as: 'unknown', isOpen: true },
    ],
    ['the same, and that one was asked about', { known: { hand: claimed, judged: claim }, isSuspect: true }, 'request'],
  ]),
  ...rows('this handling’s claim, and Infobip answered', [
    [
      'accepted',
      { known: answered({ kind: 'accepted', duplicate: false }) },
      'conclude',
      { outcome: { how: 'accepted' } },
    ],
    [
      'accepted, and a gate advises against it',
      { known: answered({ kind: 'accepted', duplicate: false }, 1, { form: 'content', advice: [advice] }) },
      'conclude',
      { outcome: { how: 'accepted', advice: [advice] } },
    ],
    [
      'accepted, of two forms the second',
      {
        hasFallback: true,
        known: answered({ kind: 'accepted', duplicate: false }, 1, { form: 'fallback', advice: [] }),
      },
      'conclude',
      { outcome: { how: 'accepted', sentAs: 'fallback' } },
    ],
    [
      'it has that messageId already',
      { known: answered({ kind: 'accepted', duplicate: true }) },
      'conclude',
      { outcome: { how: 'accepted' } },
    ],
    [
      'refused',
      { known: answered({ ...refusal, remedy: 'none' }) },
      'conclude',
      { outcome: { how: 'rejected', error: { code: 'X' } } },
    ],
    [
      'refused for now',
      { known: answered({ ...refusal, remedy: 'retry-later' }) },
      'release-claim',
      { as: 'idle', pause: 'long' },
    ],
    [
      'refused for now, the third time',
      { known: answered({ ...refusal, remedy: 'retry-later' }, 3) },
      'conclude',
      { outcome: { how: 'rejected' } },
    ],
    [
      'refused, as the account has no credit',
      { known: answered({ ...refusal, remedy: 'account' }) },
      'release-claim',
      { as: 'idle', pause: 'backoff', sign: 'account-fault' },
    ],
    [
      'too many requests',
      { known: answered({ kind: 'throttled', retryAfterMs: 7 * SECOND }) },
      'release-claim',
      { as: 'idle', throttleMs: 7 * SECOND },
    ],
    [
      'too many requests, and an earlier one was not found',
      { known: { ...answered({ kind: 'throttled' }), judged: claim } },
      'release-claim',
      { as: 'unknown', isOpen: false },
    ],
    [
      'the key is wrong',
      { known: answered({ kind: 'refused-key', httpStatus: 401 }) },
      'release-claim',
      { as: 'idle', pause: 'backoff', sign: 'key-refused' },
    ],
    [
      'nothing: it was never written',
      { known: answered({ kind: 'unsent' }) },
      'release-claim',
      { as: 'idle', pause: 'backoff', sign: 'failed' },
    ],
    [
      'nothing, or nothing that can be read',
      { known: answered({ kind: 'unknown', code: 'HTTP_500', reason: '500' }) },
      'release-claim',
      { as: 'unknown', isOpen: true, sign: 'failed' },
    ],
  ]),
  ...rows('not asked again yet', [
    [
      'another handling had a say in the outcome',
      { known: { hand: { is: 'resting', pause: 'short' } } },
      'wait',
      { ms: 500 },
    ],
    ['Infobip did not process it', { known: { hand: { is: 'resting', pause: 'backoff' } } }, 'wait', { ms: 'backoff' }],
    ['Infobip refused it for now', { known: { hand: { is: 'resting', pause: 'long' } } }, 'wait', { ms: MINUTE }],
  ]),
]
