import { metrics, trace } from '@opentelemetry/api'
import type { Attributes, Counter, Histogram, ObservableGauge } from '@opentelemetry/api'
import { durationBuckets } from '@imchannel/telemetry'
import { createTroubleLog, id as idText, line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { OpenReason } from './adapters/circuit-breaker.ts'
import type { AttemptDropped } from './adapters/attempt-events.ts'
import type { Attempted } from './domain/attempted.ts'
import type { Outcome } from './domain/outcome.ts'
import type { Work } from './engine/work.ts'

const WAIT_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86_400]

/** How an unknown outcome was settled. */
export type Settled = 'logs' | 'report' | 'resent' | 'given-up'

/** What stands in a form that this version does not know. */
export interface UnknownFormat {
  kind: 'ledger' | 'parked'
  /** The number that it was written under, as far as it can be read. */
  format: string
  /** Names it to people. */
  place: string
  tenant: string
}

/** One function for each thing that happens to a command: metric, span and log together. None of them throws. */
export interface Instruments {
  ended: (work: Work, outcome: Outcome) => void
  repeated: (work: Work, other: boolean) => void
  attempted: (work: Work, attempt: Attempted) => void
  attemptsWritten: (count: number) => void
  attemptsDropped: (count: number, why: AttemptDropped) => void
  /** Nothing is written of requests, for want of a topic or a right. */
  attemptsOff: (topic: string, problem: string) => void
  waitedForPermit: (work: Work, ms: number) => void
  waiting: (work: Work, why: string, ms: number) => void
  reconciled: (work: Work, how: Settled) => void
  deadLettered: (tenant: string, code: string, gate: string | undefined) => void
  parked: (tenant: string, why: string, count: number) => void
  /** A record's timestamp cannot be right: its age is counted from when it was read. */
  unusableTimestamp: (record: { topic: string; partition: number; offset: string; timestamp: number }) => void
  handlingFailed: (work: Work | undefined, error: unknown, strikes: number) => void
  publishFailed: (topic: string, detail: string) => void
  health: (tenant: string, account: string, reason: OpenReason | undefined) => void
  tenantParked: (tenant: string, topic: string, partition: number, why: string | undefined) => void
  ledgerLost: (why: string, places: number) => void
  /** Something that a version wrote which this one cannot read; `first` where this is the first look at it. */
  unknownFormat: (what: UnknownFormat, first: boolean) => void
  /** Redis is away, or does not do what is needed: full, read-only, without its replicas. */
  redisFailed: (error: unknown) => void
  /** This machine's clock is ahead of Redis's by so much: nothing expires meanwhile. */
  clocksDiffer: (aheadMs: number) => void
  readonly gauges: Gauges
}

/** Read when `/metrics` is; the parts that know the values add themselves. */
export interface Gauges {
  accountUnwell: ObservableGauge
  tenantParked: ObservableGauge
  bulkShare: ObservableGauge
  consumerLag: ObservableGauge
  oldestUnfinished: ObservableGauge
  lanes: ObservableGauge
  configurationInfo: ObservableGauge
}

const CLOCKS_LINE_MS = 10_000
/** A bot that writes wrong timestamps writes all of them so. */
const TIMESTAMP_LINE_MS = 3_600_000

export function createInstruments(log: Logger): Instruments {
  const meter = metrics.getMeter('imchannel')
  const counter = (name: string, description: string): Counter =>
    meter.createCounter(`imchannel.${name}`, { description })
  const seconds = (name: string, description: string, buckets: readonly number[]): Histogram =>
    meter.createHistogram(`imchannel.${name}`, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: [...buckets] },
    })
  const gauge = (name: string, description: string, unit?: string): ObservableGauge =>
    meter.createObservableGauge(`imchannel.${name}`, { description, ...(unit === undefined ? {} : { unit }) })

  const ended = counter('commands.ended', 'Commands that ended, by tenant, outcome, code and class')
  const repeats = counter('commands.repeated', 'Repeats of commands that had ended, by tenant')
  const attempts = counter('send.attempts', 'Requests to Infobip, by tenant, account and outcome')
  const attemptEvents = counter(
    'attempts.events',
    'message.attempted events: written, or why not (off, full, unconfirmed)',
  )
  const attemptSeconds = seconds('send.duration', 'One request to Infobip', durationBuckets)
  const toAccepted = seconds('command.accepted.duration', 'From the command’s record to its acceptance', WAIT_BUCKETS)
  const limiterWait = seconds('limiter.wait.duration', 'Waiting for a permit to send', WAIT_BUCKETS)
  const reconciliations = counter('reconciliations', 'Unknown outcomes that were settled, by how')
  const deadLetters = counter('dead_letters', 'Commands written to the dead-letter topic, by tenant, code and gate')
  const findings = counter(
    'gate.findings',
    'What gates found against commands that ended, by tenant, gate, code and outcome',
  )
  const parked = counter('commands.parked', 'Commands written to a parked topic, by tenant and reason')
  const failures = counter('handler.failures', 'Handlings that threw')
  const publishFailures = counter('kafka.errors', 'Records that Kafka did not confirm at once, by topic')
  const ledgerLosses = counter('ledger.losses', 'Times the ledger was found emptied or set back')
  const unknownFormats = counter('unknown_formats', 'Looks at what a newer version wrote, by tenant and kind')
  const redisErrors = counter('redis.errors', 'Failed connections and commands')
  // There from the start: a rate over a counter that begins with its first error misses that one.
  for (const rare of [failures, publishFailures, ledgerLosses, unknownFormats, redisErrors, parked, reconciliations])
    rare.add(0)

  let clocksSilentUntil = -Infinity
  const timestampsSilentUntil = new Map<string, number>()
  const redisTrouble = createTroubleLog(log, { fn: 'redis', about: 'Redis' })
  const redisFailed = (error: unknown): void => {
    redisErrors.add(1)
    redisTrouble(error)
  }

  return {
    ended: (work, outcome) => {
      const code = outcome.how === 'accepted' ? 'none' : outcome.error.code
      ended.add(1, { tenant: work.command.tenant, outcome: outcome.how, code, class: work.sendClass })
      for (const found of foundAgainst(outcome)) findings.add(1, { tenant: work.command.tenant, ...found })
      trace.getActiveSpan()?.setAttributes({
        'imchannel.tenant': work.command.tenant,
        'imchannel.command.id': work.command.id,
        'imchannel.message.id': work.send.messageId,
        'imchannel.outcome': outcome.how,
        ...(outcome.how === 'accepted' ? {} : { 'imchannel.code': code }),
      })
      if (outcome.how === 'accepted') {
        const labels = { tenant: work.command.tenant, class: work.sendClass }
        toAccepted.record((Date.now() - work.original.timestamp) / 1000, labels)
        return
      }
      log.warn(
        about(work),
        line`command [${idText(work.command.id)}] ${raw(outcome.how)}: ${raw(code)}: ${outcome.error.reason}`,
      )
    },
    repeated: (work, other) => {
      repeats.add(1, { tenant: work.command.tenant, content: other ? 'other' : 'same' })
      event('repeat', {})
      if (other) {
        log.warn(
          about(work),
          line`command [${idText(work.command.id)}] comes again with another content; the first one counts, this one is not sent`,
        )
      }
    },
    attempted: ({ command }, { account, answer, seconds }) => {
      const labels = { tenant: command.tenant, account, outcome: answer.kind }
      attempts.add(1, labels)
      attemptSeconds.record(seconds, labels)
    },
    attemptsWritten: (count) => attemptEvents.add(count, { outcome: 'written' }),
    attemptsDropped: (count, why) => attemptEvents.add(count, { outcome: why }),
    attemptsOff: (topic, problem) => {
      log.warn(
        { fn: 'attempts' },
        line`requests are not written to [${raw(topic)}]: ${raw(problem)}; all else goes on. It takes the topic (imchannel topics create) and this user's right: kafka-acls.sh --add --allow-principal User:… --operation Write --topic ${raw(topic)}`,
      )
    },
    waitedForPermit: ({ command, sendClass }, ms) => {
      limiterWait.record(ms / 1000, { tenant: command.tenant, class: sendClass })
      if (ms >= 5) event('waited for a permit', { 'imchannel.wait_ms': Math.round(ms) })
    },
    waiting: (_work, why, ms) => event('waits', { 'imchannel.reason': why, 'imchannel.wait_ms': Math.round(ms) }),
    reconciled: (work, how) => {
      reconciliations.add(1, { tenant: work.command.tenant, how })
      event('unknown outcome settled', { 'imchannel.reason': how })
      log.info(about(work), line`unknown outcome of command [${idText(work.command.id)}] settled: ${raw(how)}`)
    },
    deadLettered: (tenant, code, gate) => deadLetters.add(1, { tenant, code, ...(gate === undefined ? {} : { gate }) }),
    parked: (tenant, why, count) => parked.add(count, { tenant, reason: why }),
    unusableTimestamp: ({ topic, partition, offset, timestamp }) => {
      if (performance.now() < (timestampsSilentUntil.get(topic) ?? -Infinity)) return
      timestampsSilentUntil.set(topic, performance.now() + TIMESTAMP_LINE_MS)
      log.warn(
        { fn: 'dispatch' },
        line`record [${raw(`${topic}-${partition}-${offset}`)}] has the timestamp ${timestamp}, which is no time in ms: ages of such records are counted from their reading`,
      )
    },
    handlingFailed: (work, error, strikes) => {
      failures.add(1)
      const context = work === undefined ? { fn: 'dispatch' } : about(work)
      const id = work === undefined ? 'unread' : work.command.id
      log.error(context, line`handling of command [${idText(id)}] threw, ${strikes} of 3`, error)
    },
    publishFailed: (topic, detail) => {
      publishFailures.add(1, { topic })
      log.warn({ fn: 'publish' }, line`a record for [${raw(topic)}] is not stored yet: ${raw(detail)}`)
    },
    health: (tenant, account, reason) => {
      const text =
        reason === undefined
          ? line`account [${raw(account)}] is in service again`
          : line`account [${raw(account)}] is out of service (${raw(reason)}); its commands wait, and it is tried every 5 to 30 s`
      log[reason === undefined ? 'info' : 'warn']({ fn: 'account', tenant }, text)
    },
    tenantParked: (tenant, topic, partition, why) => {
      const place = `${topic}-${partition}`
      const text =
        why === undefined
          ? line`commands of [${raw(place)}] are sent directly again`
          : line`commands of [${raw(place)}] go to the parked topic: ${raw(why)}`
      log.info({ fn: 'parking', tenant }, text)
    },
    ledgerLost: (why, places) => {
      ledgerLosses.add(1)
      log.error(
        { fn: 'ledger' },
        line`the ledger ${raw(why)}: what stands in ${places} partitions and is not in it counts as unknown, and Infobip is asked before it is sent`,
      )
    },
    unknownFormat: ({ kind, format, place, tenant }, first) => {
      unknownFormats.add(1, { tenant, kind })
      // Of a text that nobody knows, a little is shown.
      const number = format.slice(0, 16)
      if (first)
        log.warn(
          { fn: kind, tenant },
          line`[${raw(place)}] has format [${raw(number)}], which this version does not know: it waits for an instance that does`,
        )
    },
    redisFailed,
    clocksDiffer: (aheadMs) => {
      if (performance.now() < clocksSilentUntil) return
      clocksSilentUntil = performance.now() + CLOCKS_LINE_MS
      log.error(
        { fn: 'dispatch' },
        line`this machine's clock is ${Math.round(aheadMs / 1000)} s ahead of Redis's: what seems to have expired waits until they agree`,
      )
    },
    gauges: {
      accountUnwell: gauge('account.unwell', '1 for an account that is out of service, by reason'),
      tenantParked: gauge(
        'tenant.parked',
        '1 for an account whose commands of a partition go to its tenant’s parked topic, by reason',
      ),
      bulkShare: gauge(
        'bulk.share',
        'What bulk may take of a number’s messages a second, 0.1 to 1: less after 429 and while WhatsApp rates it low',
      ),
      consumerLag: gauge('consumer.lag', 'Records between the watermark and the end of the partition'),
      oldestUnfinished: gauge('consumer.oldest_unfinished', 'Age of the oldest unfinished command', 's'),
      lanes: gauge('lanes', 'Conversations by state'),
      configurationInfo: gauge('configuration.info', '1, with the checksum of the configuration in force'),
    },
  }
}

/** `outcome`: whether it was rejected for it, or sent all the same. What was checked only is counted too: it was asked for. */
function foundAgainst(outcome: Outcome): { gate: string; code: string; outcome: 'advised' | 'rejected' }[] {
  if (outcome.how === 'expired') return []
  const advised = (outcome.advice ?? []).map(({ gate, code }) => ({ gate, code, outcome: 'advised' as const }))
  if (outcome.how === 'accepted' || outcome.error.gate === undefined) return advised
  return [...advised, { gate: outcome.error.gate, code: outcome.error.code, outcome: 'rejected' }]
}

function event(name: string, attributes: Attributes): void {
  trace.getActiveSpan()?.addEvent(name, attributes)
}

function about({ command, send }: Work): { fn: string; tenant: string; messageId: string } {
  return { fn: 'dispatch', tenant: command.tenant, messageId: send.messageId }
}
