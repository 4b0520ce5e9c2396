import type { Config } from '@imchannel/config'
import type { Command, PeekedSend, SendRoute } from '@imchannel/events'
import type { HandlerContext, HandleResult, IncomingRecord } from '@imchannel/kafka'
import { newOwner } from '@imchannel/ledger'
import type { Ledger } from '@imchannel/ledger'
import { RedisUnavailable } from '@imchannel/redis'
import { joinWith } from '../adapters/until-any.ts'
import { Abandoned, unlessAbandoned } from '../adapters/wait.ts'
import { laneOf } from '../domain/lane-of.ts'
import { MOST_STRIKES } from '../domain/next-step.ts'
import { BULK, rankOf, sendClassOf } from '../domain/send-class.ts'
import type { Rank } from '../domain/send-class.ts'
import { commandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Conclusions } from './conclude.ts'
import type { Delivered, FirstOfId } from './first-of-id.ts'
import type { HoldUnknownName } from './hold-unknown-names.ts'
import type { ReadAlone } from './read-alone.ts'
import { createRecordReader } from './read-record.ts'
import type { ReadRecord } from './read-record.ts'
import { createRefusals } from './refuse.ts'
import { idInLedger, refusedWork, workOf } from './to-work.ts'
import type { Handling } from './to-work.ts'
import type { BindingOfTopic } from './topic-bindings.ts'
import type { Handled, Origin, Work } from './work.ts'

export interface RecordHandler {
  laneOf: (record: IncomingRecord) => string
  /** How urgent it is by its own class. */
  rankOf: (record: IncomingRecord) => Rank
  handle: (record: IncomingRecord, context: HandlerContext) => Promise<HandleResult>
}

export interface RecordHandlerDependencies {
  origin: Origin
  config: () => Config
  ledger: Ledger
  conclusions: Conclusions
  readAlone: ReadAlone
  instruments: Instruments
  firstOfId: FirstOfId
  holdUnknownName: HoldUnknownName
  bindingOfTopic: BindingOfTopic
  /** Fires when the service is told to stop: what waits is left to the next owner. */
  stopping: AbortSignal
  /** Carries a command of a known tenant to its end. */
  perform(work: Work): Promise<Handled>
  /** A send was delivered. Called once for each delivery, in the partition's order. */
  onDelivered(record: IncomingRecord, send: SendRoute, about: { lane: string; rank: Rank }): void
  onDone(record: IncomingRecord): void
  /** Resolves with true once the record waits elsewhere; undefined where it is to be handled here. */
  parkedCopy(record: IncomingRecord): Promise<boolean> | undefined
}

const AGAIN_MS = 1_000

export function createRecordHandler(deps: RecordHandlerDependencies): RecordHandler {
  const { origin, config, ledger, conclusions, instruments } = deps
  const withStopping = joinWith(deps.stopping)
  const records = createRecordReader({
    origin,
    readAlone: deps.readAlone,
    onUnusableTimestamp: instruments.unusableTimestamp,
  })
  const refusals = createRefusals(deps)
  const delivered = new WeakMap<IncomingRecord, Delivered>()

  /** Whose command it is: undefined where it says nothing of that, or stands in another tenant's topic. */
  function ownerOf({ original, reading }: ReadRecord): string | undefined {
    const bound = deps.bindingOfTopic(original.topic).tenant
    const named = tenantOf(reading)
    if (named === undefined && reading.outcome !== 'rejected') return undefined
    return bound === undefined || named === undefined || named === bound ? (named ?? bound) : undefined
  }

  /** Says that the record is here: to those of its id that come later, and to parking. */
  function deliver(record: IncomingRecord, lane: string): void {
    const one = records.read(record)
    const tenant = ownerOf(one)
    if (tenant === undefined) return
    const id = idOf(one.reading)
    if (id !== undefined) delivered.set(record, deps.firstOfId.deliver(`${tenant}\0${id}`, record))
    const send = sendOf(one.reading)
    if (send !== undefined) deps.onDelivered(record, send, { lane, rank: ownRank(record) })
  }

  function ownRank(record: IncomingRecord): Rank {
    const { original, reading } = records.read(record)
    return rankOf(sendClassOf(sendOf(reading)?.class, deps.bindingOfTopic(original.topic).class))
  }

  async function handleReading(handling: Handling): Promise<Handled> {
    const { record, original, signal } = handling
    const { reading } = await records.readWhole(record, signal)
    switch (reading.outcome) {
      case 'unreadable':
        await conclusions.setAside(original, commandError('unreadable', reading.reason), signal)
        return 'done'
      case 'threw':
        instruments.handlingFailed(undefined, reading.error, MOST_STRIKES)
        await conclusions.setAside(original, commandError('internal_error'), signal)
        return 'done'
      case 'deadly': {
        const error = commandError('internal_error', 'the process ended twice while it was read')
        instruments.handlingFailed(undefined, new Error(error.reason), MOST_STRIKES)
        const bound = deps.bindingOfTopic(original.topic).tenant
        if (reading.subject !== undefined) return refusals.unreadable(handling, reading.subject, { error, bound })
        await conclusions.setAside(original, error, signal)
        return 'done'
      }
      case 'rejected': {
        const { subject, error } = reading
        return refusals.unreadable(handling, subject, { error, bound: deps.bindingOfTopic(original.topic).tenant })
      }
      case 'command':
        return handleCommand(handling, reading.command)
    }
  }

  function readWork(handling: Handling, command: Command): Work {
    const { class: classOfTopic } = deps.bindingOfTopic(handling.original.topic)
    return workOf(handling, command, { maxAgeMs: config().maxAgeMs, classOfTopic })
  }

  async function handleCommand(handling: Handling, command: Command): Promise<Handled> {
    const work = readWork(handling, command)
    const bound = deps.bindingOfTopic(work.original.topic).tenant
    if (bound !== undefined && bound !== command.tenant) return refusals.misplaced(handling, work.subject, bound)
    await deps.holdUnknownName(work)
    return deps.perform(work)
  }

  /** The earlier command of the same id has the first say; where it waits in a parked topic, this one is a repeat of it. */
  async function waitForFirst(handling: Handling): Promise<'parked' | undefined> {
    const before = delivered.get(handling.record)?.before
    if (before === undefined || (await unlessAbandoned(before, handling.signal)) !== 'parked') return undefined
    const work = workInHand(handling)
    if (work !== undefined) instruments.repeated(work, true)
    return 'parked'
  }

  /** Undefined where a record names nobody whose entry there could be. */
  function workInHand(handling: Handling): Work | undefined {
    const one = records.read(handling.record)
    const { reading } = one
    const tenant = ownerOf(one)
    if (tenant === undefined) return undefined
    if (reading.outcome === 'command') return readWork(handling, reading.command)
    return reading.outcome === 'rejected' ? refusedWork(handling, { ...reading.subject, tenant }) : undefined
  }

  /** A throw is a bug, of this code or of what it relies on: counted in the ledger, so that a restart does not begin anew. */
  async function afterThrow(handling: Handling, error: unknown): Promise<Handled> {
    const work = workInHand(handling)
    if (work === undefined) {
      instruments.handlingFailed(undefined, error, 1)
      return 'again'
    }
    const { held } = await ledger.strike(work.send, work.owner)
    const strikes = held.kind === 'entry' ? held.entry.strikes : 1
    instruments.handlingFailed(work, error, strikes)
    if (strikes < MOST_STRIKES || held.kind !== 'entry' || held.entry.state !== 'idle') return 'again'
    const outcome = { how: 'rejected', at: Date.now(), error: commandError('internal_error') } as const
    return conclusions.conclude(work, outcome, { attempts: strikes })
  }

  async function handle(handling: Handling): Promise<Handled> {
    const { record, signal } = handling
    try {
      const copy = deps.parkedCopy(record)
      if (copy !== undefined && (await unlessAbandoned(copy, signal))) return 'parked'
      return (await waitForFirst(handling)) ?? (await handleReading(handling))
    } catch (error) {
      const isAbandoned = error instanceof Abandoned || signal.aborted
      if (!isAbandoned && !(error instanceof RedisUnavailable)) return afterThrow(handling, error)
      if (!isAbandoned) instruments.redisFailed(error)
      return 'again'
    }
  }

  return {
    laneOf: (record) => {
      const { original, reading } = records.read(record)
      const lane = laneOf(reading, original)
      deliver(record, lane)
      return lane
    },
    rankOf: ownRank,
    handle: async (record, context) => {
      const { original } = records.read(record)
      const handled = await handle({
        record,
        original,
        origin,
        owner: newOwner(),
        signal: withStopping(context.signal),
        rank: () => Math.min(context.rank(), BULK),
      })
      if (handled === 'again') return { kind: 'retry', afterMs: AGAIN_MS }
      deps.onDone(record)
      delivered.get(record)?.leave(handled === 'parked' ? 'parked' : 'ended')
      return { kind: 'done' }
    },
  }
}

function tenantOf(reading: ReadRecord['reading']): string | undefined {
  switch (reading.outcome) {
    case 'command':
      return reading.command.tenant
    case 'rejected':
      return reading.subject.tenant
    case 'unread':
      return reading.send?.tenant
    case 'unreadable':
    case 'threw':
    case 'deadly':
      return undefined
  }
}

/** Undefined also of what is large and not read yet. */
function idOf(reading: ReadRecord['reading']): string | undefined {
  if (reading.outcome === 'command') return idInLedger(reading.command)
  return reading.outcome === 'rejected' ? reading.subject.commandId : undefined
}

function sendOf(reading: ReadRecord['reading']): PeekedSend | undefined {
  if (reading.outcome === 'unread') return reading.send
  return reading.outcome === 'command' && reading.command.type === 'imchannel.message.send.v1'
    ? reading.command
    : undefined
}
