import { messageIdOf, peekSend } from '@imchannel/events'
import type { Command, OutcomeSubject, SendRoute } from '@imchannel/events'
import type { HandlerContext, HandleResult, IncomingRecord } from '@imchannel/kafka'
import { newOwner } from '@imchannel/ledger'
import type { Ledger, Send } from '@imchannel/ledger'
import type { Config } from '@imchannel/config'
import { RedisUnavailable } from '@imchannel/redis'
import { joinWith } from '../adapters/until-any.ts'
import { Abandoned, unlessAbandoned } from '../adapters/wait.ts'
import { deadlineOf } from '../domain/deadline.ts'
import { fingerprintOf } from '../domain/fingerprint.ts'
import { laneOf } from '../domain/lane-of.ts'
import type { Unread } from '../domain/lane-of.ts'
import { originalOf } from '../domain/place.ts'
import { commandError } from '../errors.ts'
import type { CommandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Conclusions } from './conclude.ts'
import { lookUp } from './look-up.ts'
import { isLarge, readCommand } from './read-alone.ts'
import type { ReadAlone, Reading } from './read-alone.ts'
import { releaseStale } from './release-stale.ts'
import type { Handled, Origin, Work } from './work.ts'

export interface RecordHandler {
  laneOf: (record: IncomingRecord) => string
  handle: (record: IncomingRecord, context: HandlerContext) => Promise<HandleResult>
}

export interface RecordHandlerDependencies {
  origin: Origin
  config: () => Config
  ledger: Ledger
  conclusions: Conclusions
  readAlone: ReadAlone
  instruments: Instruments
  /** Fires when the service is told to stop: what waits is left to the next owner. */
  stopping: AbortSignal
  /** Carries a command of a known tenant to its end. */
  perform(work: Work): Promise<Handled>
  /** A send was delivered, and its lane is `lane`. Called once for each delivery, in the partition's order. */
  onDelivered(record: IncomingRecord, send: SendRoute, lane: string): void
  onDone(record: IncomingRecord): void
  /** Resolves with true once the record waits elsewhere; undefined where it is to be handled here. */
  parkedCopy(record: IncomingRecord): Promise<boolean> | undefined
}

/** One handling: the token of its claims, and what ends it early. */
type Hold = Pick<Work, 'owner' | 'signal'>

/** Twice in a row is an accident; the third time the command is set aside. */
const MOST_STRIKES = 3
const AGAIN_MS = 1_000

export function createRecordHandler(deps: RecordHandlerDependencies): RecordHandler {
  const { origin, config, ledger, conclusions, instruments } = deps
  const withStopping = joinWith(deps.stopping)
  const readings = new WeakMap<IncomingRecord, { original: IncomingRecord; reading: Reading | Unread }>()

  /** What is known of the record without waiting: of a large one no more than whose it is, until it is handled. */
  function read(record: IncomingRecord): { original: IncomingRecord; reading: Reading | Unread } {
    const known = readings.get(record)
    if (known !== undefined) return known
    const original = origin === 'parked' ? originalOf(record) : record
    const reading = isLarge(original)
      ? ({ outcome: 'unread', send: peekSend(original) } as const)
      : readCommand(original)
    const fresh = { original, reading }
    readings.set(record, fresh)
    return fresh
  }

  async function readWhole(
    record: IncomingRecord,
    signal: AbortSignal,
  ): Promise<{ original: IncomingRecord; reading: Reading }> {
    const { original, reading } = read(record)
    if (reading.outcome !== 'unread') return { original, reading }
    const whole = { original, reading: await unlessAbandoned(deps.readAlone(original), signal) }
    readings.set(record, whole)
    return whole
  }

  async function handleReading(record: IncomingRecord, hold: Hold): Promise<Handled> {
    const { original, reading } = await readWhole(record, hold.signal)
    switch (reading.outcome) {
      case 'unreadable':
        await conclusions.setAside(original, commandError('unreadable', reading.reason), hold.signal)
        return 'done'
      case 'threw':
        instruments.handlingFailed(undefined, reading.error, MOST_STRIKES)
        await conclusions.setAside(original, commandError('internal_error'), hold.signal)
        return 'done'
      case 'deadly': {
        const error = commandError('internal_error', 'the process ended twice while it was read')
        instruments.handlingFailed(undefined, new Error(error.reason), MOST_STRIKES)
        if (reading.subject !== undefined) return reject(refusedWork(record, original, reading.subject, hold), error)
        await conclusions.setAside(original, error, hold.signal)
        return 'done'
      }
      case 'rejected': {
        const { subject, error } = reading
        return reject(refusedWork(record, original, subject, hold), error)
      }
      case 'command':
        return handleCommand(workOf(record, original, reading.command, hold))
    }
  }

  async function handleCommand(work: Work): Promise<Handled> {
    const { command, original, signal } = work
    const bound = boundTenant(config(), original.topic)
    if (bound !== undefined && bound !== command.tenant) {
      // Told to whom the topic belongs: the tenant that is named here has no part in it.
      const subject = { ...work.subject, tenant: bound, messageId: undefined }
      await conclusions.refuse(original, subject, commandError('tenant_mismatch', `the topic is for ${bound}`), signal)
      return 'done'
    }
    if (config().tenants[command.tenant] === undefined)
      return reject(work, commandError('unknown_tenant', command.tenant))
    return deps.perform(work)
  }

  /** Ends a command that needs no look at anything but the ledger. */
  async function reject(work: Work, error: CommandError): Promise<Handled> {
    const look = await lookUp(deps, work)
    const { held } = look
    await releaseStale(ledger, work.send, look)
    if (held.kind === 'entry') {
      const { state, reported, print } = held.entry
      if (state === 'accepted' || state === 'rejected' || state === 'expired') {
        if (!reported) return conclusions.report(work, held.entry)
        instruments.repeated(work, print !== work.send.identity.print)
        return 'done'
      }
    }
    return conclusions.conclude(work, { how: 'rejected', at: Date.now(), error }, 0)
  }

  function workOf(record: IncomingRecord, original: IncomingRecord, command: Command, hold: Hold): Work {
    const { tenant, from, id } = command
    // A dry run and the later send of the same id are two things.
    const dryRun = command.type === 'imchannel.message.send.v1' && command.validateOnly === true
    const messageId = messageIdOf(tenant, dryRun ? `${id} (dry run)` : id)
    const isSend = command.type === 'imchannel.message.send.v1'
    const to = command.to ?? '-'
    return {
      record,
      original,
      origin,
      command,
      ...hold,
      send: {
        tenant,
        messageId,
        identity: { commandId: id, from, to, print: fingerprintOf(command) },
        ...(isSend && command.sendAt !== undefined ? { sendAt: Date.parse(command.sendAt) } : {}),
      },
      subject: {
        commandId: id,
        tenant,
        from,
        ...(command.to === undefined ? {} : { to: command.to }),
        ...(isSend ? {} : { kind: command.type }),
        ...(isSend && command.callbackData !== undefined ? { callbackData: command.callbackData } : {}),
        ...(isSend && !dryRun ? { messageId } : {}),
        ...(dryRun ? { dryRun } : {}),
      },
      deadline: deadlineOf(command, original.timestamp, config().maxAgeMs),
    }
  }

  /** A refused command as far as it could be read; whoever it names, it is told and remembered under that name. */
  function refusedWork(record: IncomingRecord, original: IncomingRecord, subject: OutcomeSubject, hold: Hold): Work {
    const tenant = subject.tenant ?? '-'
    const send: Send = {
      tenant,
      messageId: messageIdOf(tenant, subject.commandId),
      identity: { commandId: subject.commandId, from: subject.from ?? '-', to: subject.to ?? '-', print: 'refused' },
    }
    // `as`: nothing but tenant and id is read of a command that is refused unread.
    const command = { type: 'imchannel.message.send.v1', id: subject.commandId, tenant } as Command
    return {
      record,
      original,
      origin,
      command,
      send,
      subject,
      ...hold,
      deadline: { at: Infinity, reason: '', byAge: Infinity },
    }
  }

  /** A throw is a bug, of this code or of what it relies on: counted in the ledger, so that a restart does not begin anew. */
  async function afterThrow(record: IncomingRecord, hold: Hold, error: unknown): Promise<HandleResult> {
    const { original, reading } = read(record)
    if (reading.outcome !== 'command' && reading.outcome !== 'rejected') {
      instruments.handlingFailed(undefined, error, 1)
      return { kind: 'retry', afterMs: AGAIN_MS }
    }
    const work =
      reading.outcome === 'command'
        ? workOf(record, original, reading.command, hold)
        : refusedWork(record, original, reading.subject, hold)
    const { held } = await ledger.strike(work.send, work.owner)
    const strikes = held.kind === 'entry' ? held.entry.strikes : 1
    instruments.handlingFailed(work, error, strikes)
    if (strikes < MOST_STRIKES || held.kind !== 'entry' || held.entry.state !== 'idle') {
      return { kind: 'retry', afterMs: AGAIN_MS }
    }
    const outcome = { how: 'rejected', at: Date.now(), error: commandError('internal_error') } as const
    const handled = await conclusions.conclude(work, outcome, strikes)
    return handled === 'done' ? { kind: 'done' } : { kind: 'retry', afterMs: AGAIN_MS }
  }

  return {
    laneOf: (record) => {
      const { original, reading } = read(record)
      const lane = laneOf(reading, original)
      const send = sendOf(reading)
      if (send !== undefined) deps.onDelivered(record, send, lane)
      return lane
    },
    handle: async (record, context) => {
      const signal = withStopping(context.signal)
      const hold = { owner: newOwner(), signal }
      try {
        const copy = deps.parkedCopy(record)
        const isParked = copy !== undefined && (await unlessAbandoned(copy, signal))
        const handled = isParked ? 'done' : await handleReading(record, hold)
        if (handled === 'done') deps.onDone(record)
        return handled === 'done' ? { kind: 'done' } : { kind: 'retry', afterMs: AGAIN_MS }
      } catch (error) {
        const isAbandoned = error instanceof Abandoned || signal.aborted
        if (isAbandoned || error instanceof RedisUnavailable) {
          if (!isAbandoned) instruments.redisRefused(error)
          return { kind: 'retry', afterMs: AGAIN_MS }
        }
        const result = await afterThrow(record, hold, error)
        if (result.kind === 'done') deps.onDone(record)
        return result
      }
    },
  }
}

function sendOf(reading: Reading | Unread): SendRoute | undefined {
  if (reading.outcome === 'unread') return reading.send
  return reading.outcome === 'command' && reading.command.type === 'imchannel.message.send.v1'
    ? reading.command
    : undefined
}

/** The tenant that a topic is for; undefined where any may write to it. */
function boundTenant(config: Config, topic: string): string | undefined {
  const match = config.topics.outbound.find(({ topic: one }) =>
    typeof one === 'string' ? one === topic : topic.search(one) >= 0,
  )
  return match?.tenant
}
