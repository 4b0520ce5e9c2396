import type { MediaRef, SendMessage } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { Accounts, Gated } from '../adapters/accounts.ts'
import type { PrepareMedia } from '../adapters/media-preparation.ts'
import { untilWritten } from '../adapters/until-written.ts'
import type { BudgetBooks } from '../budgets/budget-books.ts'
import { unlessAbandoned, wait } from '../adapters/wait.ts'
import { inForm } from '../domain/gates/form-of.ts'
import { budgetedForm } from '../domain/gates/judge.ts'
import { needsOf } from '../domain/gates/needs-reading.ts'
import type { Decided, Known, Learned } from '../domain/known.ts'
import type { Step } from '../domain/next-step.ts'
import type { FoundMedia } from '../domain/requests/index.ts'
import { retryDelay } from '../domain/retry-delay.ts'
import type { Instruments } from '../instruments.ts'
import type { Attempt } from './attempt.ts'
import type { ClaimAtOnce } from './claim-at-once.ts'
import type { Conclusions } from './conclude.ts'
import { inDoubt, makerOf } from './gather-facts.ts'
import type { ObtainPermit, PermitToSend } from './obtain-permit.ts'
import type { Parking } from './parking.ts'
import { prepareRequest } from './prepare-request.ts'
import type { Prepared } from './prepare-request.ts'
import { readGateFacts } from './read-gate-facts.ts'
import type { GateFacts } from './read-gate-facts.ts'
import type { Handled, Work } from './work.ts'

export interface StepDependencies {
  ledger: Ledger
  accounts: Accounts
  conclusions: Conclusions
  attempt: Attempt
  prepareMedia: PrepareMedia
  gateFacts: GateFacts
  budgetBooks: BudgetBooks
  parking: Parking
  instruments: Instruments
  claimAtOnce: ClaimAtOnce
  obtainPermit: ObtainPermit
}

/** What a handling holds while it goes from step to step. */
export interface Holding {
  media: ReadonlyMap<MediaRef, FoundMedia>
  permit: PermitToSend | undefined
  prepared: Prepared | undefined
  backoffs: number
  looksAtNewer: number
}

/** One command in the middle of being handled. */
export interface Handling {
  readonly work: Work<SendMessage>
  readonly known: Known
  readonly holding: Holding
  readonly elapsedMs: number
}

/** Carries out one step, and says what came of it: an end, or what is known now. @throws Abandoned */
export type TakeStep = Taker<Step>

type StepOf<Do extends Step['do']> = Extract<Step, { do: Do }>
type Taker<S extends Step> = (step: S, handling: Handling) => Promise<Handled | Learned>
type Takers = { readonly [Do in Step['do']]: Taker<StepOf<Do>> }

const CHANGED = { what: 'changed' } as const

export function createTakeStep(deps: StepDependencies): TakeStep {
  const { ledger, accounts, conclusions, parking, instruments } = deps

  function routeOf({ tenant, from }: SendMessage): Gated {
    const route = accounts.find(tenant, from)
    if (route === undefined) throw new Error('a command without a sender was not refused')
    return route
  }

  async function conclude(step: StepOf<'conclude'>, { work, holding }: Handling): Promise<Handled | Learned> {
    const { outcome, attempts, unknownAt, settledBy, sign } = step
    holding.permit?.slot.release()
    if (sign !== undefined) holding.permit?.route.account.health.note(sign)
    const handled = await conclusions.conclude(work, outcome, { attempts, unknownAt })
    if (handled !== 'done') return { what: 'disputed' }
    if (settledBy !== undefined) instruments.reconciled(work, settledBy)
    return handled
  }

  async function askLogs(_step: Step, { work, known: { look } }: Handling): Promise<Learned> {
    const entry = inDoubt(look)
    const maker =
      entry === undefined || look === undefined ? undefined : makerOf(accounts, work.command, { entry, now: look.now })
    if (maker === undefined) return CHANGED
    return { what: 'logs', finding: await unlessAbandoned(maker.logs.ask(work.send.messageId), work.signal) }
  }

  async function readFacts(_step: Step, { work, elapsedMs }: Handling): Promise<Learned> {
    const { command, send, signal } = work
    const route = routeOf(command)
    const form = budgetedForm(command, undefined)
    const { budgets } = route
    const [read, counts] = await unlessAbandoned(
      Promise.all([
        readGateFacts(deps.gateFacts, command, needsOf(command, route)),
        budgets && deps.budgetBooks.look({ command, messageId: send.messageId, budgets, form }),
      ]),
      signal,
    )
    // Dated from when it was asked for.
    return { what: 'gates', reading: { ...read, budgets: counts, atMs: elapsedMs } }
  }

  async function reserve({ decided }: { decided: Decided }, { work, known }: Handling): Promise<Learned> {
    const { command, send, signal } = work
    const { budgets } = routeOf(command)
    if (budgets === undefined) return CHANGED
    const form = budgetedForm(inForm(command, decided.form), known.gates?.templates[decided.form])
    const asked = { command, messageId: send.messageId, budgets, form }
    return unlessAbandoned(deps.budgetBooks.reserve(asked), signal)
  }

  async function prepareMedia(
    { form }: StepOf<'prepare-media'>,
    { work: { command, signal }, holding }: Handling,
  ): Promise<Learned> {
    const prepared = await unlessAbandoned(deps.prepareMedia(inForm(command, form), signal), signal)
    if (prepared.kind !== 'ready') return { what: 'media', media: prepared, form }
    holding.media = prepared.media
    return { what: 'media', media: { kind: 'ready' }, form }
  }

  async function claim({ judged, decided }: StepOf<'claim'>, handling: Handling): Promise<Learned> {
    const { work, known, holding, elapsedMs: askedAtMs } = handling
    if (holding.permit === undefined || work.signal.aborted) return CHANGED
    const { form } = decided
    const about = { form, media: holding.media, reading: known.gates, nowMs: askedAtMs }
    holding.prepared = prepareRequest(work, holding.permit.route, about)
    const { verdict, held, now: at } = await ledger.claim(holding.prepared.send, work.owner, judged)
    if (verdict !== 'claimed' || held.kind !== 'entry') return CHANGED
    if (judged !== undefined && judged !== known.judged?.at) instruments.reconciled(work, 'resent')
    return { what: 'claimed', claim: { tries: held.entry.tries, at, form }, askedAtMs, judged, decided }
  }

  async function claimAtOnce(
    { decided }: StepOf<'claim-at-once'>,
    { work, known, holding, elapsedMs: askedAtMs }: Handling,
  ): Promise<Learned> {
    const { form } = decided
    const about = { form, reading: known.gates, nowMs: askedAtMs }
    const claimed = await deps.claimAtOnce.claim(work, routeOf(work.command), about)
    if (claimed === undefined) return CHANGED
    const { prepared, permit, at } = claimed
    Object.assign(holding, { prepared, permit })
    return { what: 'claimed', claim: { tries: 1, at, form }, askedAtMs, judged: undefined, decided }
  }

  async function request(
    _step: Step,
    { work, known: { hand }, holding: { permit, prepared } }: Handling,
  ): Promise<Learned> {
    if (hand.is !== 'claimed' || permit === undefined || prepared === undefined)
      throw new Error('a request has a claim')
    const { route, slot } = permit
    const answer = await deps.attempt(work, route.account, { request: prepared.request, number: hand.claim.tries })
    slot.release()
    return { what: 'answered', answer }
  }

  /** What Infobip has answered nobody else knows: it is written down however long Redis refuses it. */
  async function releaseClaim(step: StepOf<'release-claim'>, { work, holding }: Handling): Promise<Learned> {
    const { as: state, isOpen, sign, throttleMs } = step
    const { owner, signal } = work
    const { send } = holding.prepared ?? work
    const health = holding.permit?.route.account.health
    if (sign !== undefined) health?.note(sign)
    await Promise.all([
      untilWritten(() => ledger.settle(send, owner, { state }), { signal, onRefused: instruments.redisFailed }),
      // At the same time: until the others know, they go on.
      throttleMs !== undefined && health?.throttle('sends', throttleMs),
    ])
    return { what: 'released', as: state, isOpen, pause: step.pause }
  }

  async function pause(ms: number, because: string, work: Work): Promise<Learned> {
    instruments.waiting(work, because, ms)
    await wait(ms, work.signal)
    return CHANGED
  }

  const takers: Takers = {
    'finish-repeat': async (_step, { work, known: { look } }) => {
      const print = look?.held.kind === 'entry' ? look.held.entry.print : undefined
      instruments.repeated(work, print !== work.send.identity.print)
      return 'done'
    },
    'report-settled': ({ entry }, { work }) => conclusions.report(work, entry),
    conclude,
    park: ({ reason }, { work }) => parking.park(work, reason),
    'mark-unknown': async ({ since }, { work }) => {
      await ledger.presumeUnknown(work.send, since)
      return { what: 'marked-unknown' }
    },
    'mark-owner-lost': async ({ owner }, { work }) => {
      await ledger.markOwnerLost(work.send, owner)
      return CHANGED
    },
    look: async (_step, { work: { send, signal } }) => {
      return { what: 'look', look: await unlessAbandoned(ledger.find(send.tenant, send.messageId), signal) }
    },
    'ask-parking': async (_step, { work }) => {
      return { what: 'parking', reason: await parking.reasonToPark(work, routeOf(work.command).account) }
    },
    'ask-logs': askLogs,
    'read-facts': readFacts,
    'prepare-media': prepareMedia,
    'obtain-permit': async (step, { work, holding }) => {
      holding.permit = await deps.obtainPermit(work, routeOf(work.command), step)
      return holding.permit === undefined ? CHANGED : { what: 'permit' }
    },
    reserve,
    'claim-at-once': claimAtOnce,
    claim,
    request,
    'release-claim': releaseClaim,
    wait: ({ ms, because }, { work, holding }) =>
      pause(ms === 'backoff' ? retryDelay(++holding.backoffs, Math.random()) : ms, because, work),
    'wait-for-clocks': ({ ms, aheadMs }, { work }) => {
      instruments.clocksDiffer(aheadMs)
      return pause(ms, 'clocks differ', work)
    },
    'wait-for-newer': ({ ms, format }, { work, holding }) => {
      const place = `ledger entry of command ${work.command.id}`
      const isFirst = holding.looksAtNewer++ === 0
      instruments.unknownFormat({ kind: 'ledger', format, place, tenant: work.send.tenant }, isFirst)
      return pause(ms, 'a newer version wrote the entry', work)
    },
  }

  // `as`: the one that is found by a step's name takes that step.
  return (step, handling) => (takers[step.do] as Taker<Step>)(step, handling)
}
