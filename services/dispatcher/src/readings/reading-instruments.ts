import { metrics } from '@opentelemetry/api'
import { limitOf, type Notices, type ReadAnswer } from '@imchannel/infobip'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { AccountInUse } from '../adapters/accounts.ts'
import type { ReadingKind } from './reading-store.ts'
import type { KnownQuality, SenderQualities } from './sender-quality.ts'

/** What happens when accounts are read beside sending: metric and line together. None of them throws. */
export interface ReadingInstruments {
  answered: (account: AccountInUse, kind: ReadingKind, answer: ReadAnswer<unknown>) => void
  /** A capability is off, and why; or on again, where there is no reason. */
  off: (what: string, why: string | undefined) => void
  progress: (text: string) => void
  failed: (error: unknown) => void
  /** What an answer of Infobip said beside it. */
  notices: (endpoint: string, notices: Notices) => void
  /** Redis's clock is ahead of this machine's by so much, in ms. */
  redisAhead: (ms: number) => void
}

const RATINGS: Readonly<Record<string, number>> = { HIGH: 3, MEDIUM: 2, LOW: 1 }
/** A line of the same at most this often. */
const LINE_MS = 60_000
/** Beyond it clocks differ enough to be told. */
const CLOCK_MS = 5_000
const DAY_MS = 86_400_000

const WHAT: Readonly<Record<ReadingKind, string>> = {
  templates: 'templates',
  quality: 'the quality of its senders',
  blocklist: 'its blocklist',
}

/** As Infobip names what a key may. */
const SCOPES: Readonly<Record<ReadingKind, string>> = {
  templates: 'whatsapp:manage',
  quality: 'whatsapp:manage',
  blocklist: 'blocklist:manage',
}

export function createReadingInstruments(log: Logger, qualities: SenderQualities): ReadingInstruments {
  const meter = metrics.getMeter('imchannel')
  const readings = meter.createCounter('imchannel.account.readings', {
    description: 'Readings of accounts beside sending, by tenant, account, what is read and outcome',
  })
  observeQualities(qualities)
  const notices = observeNotices(log)
  /** By account and kind: who was told to be refused. */
  const refused = new Set<string>()
  const offs = new Map<string, string>()
  let failedSilentUntil = -Infinity

  return {
    ...notices,
    answered: ({ tenant, settings }, kind, answer) => {
      readings.add(1, { tenant, account: settings.id, reading: kind, outcome: answer.kind })
      const id = `${tenant}/${settings.id} ${kind}`
      if (answer.kind === 'refused-key') {
        if (refused.has(id)) return
        refused.add(id)
        log.warn(
          { fn: 'readings', tenant },
          line`Infobip does not let the key of account [${raw(settings.id)}] read ${raw(WHAT[kind])} (${answer.httpStatus}): give it the scope ${raw(SCOPES[kind])}; until then they are unknown, and sending goes on`,
        )
      } else if (answer.kind === 'read' && refused.delete(id)) {
        log.info({ fn: 'readings', tenant }, line`account [${raw(settings.id)}]: ${raw(WHAT[kind])} can be read again`)
      }
    },
    off: (what, why) => {
      if (offs.get(what) === why) return
      if (why === undefined) {
        offs.delete(what)
        log.info({ fn: 'readings' }, line`${raw(what)}: on again`)
      } else {
        offs.set(what, why)
        log.warn({ fn: 'readings' }, line`${raw(what)} are off, and sending goes on: ${raw(why)}`)
      }
    },
    progress: (text) => log.info({ fn: 'readings' }, line`${raw(text)}`),
    failed: (error) => {
      if (performance.now() < failedSilentUntil) return
      failedSilentUntil = performance.now() + LINE_MS
      const text = error instanceof Error ? error.message : String(error)
      log.warn({ fn: 'readings' }, line`a reading beside sending failed, and is tried again: ${raw(text)}`)
    },
  }
}

function observeQualities(qualities: SenderQualities): void {
  const meter = metrics.getMeter('imchannel')
  meter
    .createObservableGauge('imchannel.sender.quality', {
      description: 'How WhatsApp rates a number: 3 high, 2 medium, 1 low, 0 unknown',
    })
    .addCallback((result) => {
      for (const one of qualities.all()) result.observe(RATINGS[one.rating ?? ''] ?? 0, labelsOf(one))
    })
  meter
    .createObservableGauge('imchannel.sender.limit', {
      description: 'Users that a number may write to outside their windows in 24 hours',
    })
    .addCallback((result) => {
      for (const one of qualities.all()) {
        const users = limitOf(one.limit)
        if (users !== undefined) result.observe(users, labelsOf(one))
      }
    })
  meter
    .createObservableGauge('imchannel.sender.connected', {
      description: '1 where WhatsApp says that a number is connected, 0 for any other state',
    })
    .addCallback((result) => {
      for (const one of qualities.all())
        if (one.status !== undefined) result.observe(one.status === 'CONNECTED' ? 1 : 0, labelsOf(one))
    })
}

/** A number is no label: its last digits are enough to know it by. */
function labelsOf({ tenant, account, sender }: KnownQuality): { tenant: string; account: string; sender: string } {
  return { tenant, account, sender: `*${sender.slice(-4)}` }
}

function observeNotices(log: Logger): Pick<ReadingInstruments, 'notices' | 'redisAhead'> {
  const meter = metrics.getMeter('imchannel')
  /** By endpoint, of which there are few: see `endpointOf`. */
  const deprecated = new Map<string, { since: number; sunsetAt: number | undefined }>()
  let infobipAheadMs: number | undefined
  let redisAheadMs = 0
  let clockSilentUntil = -Infinity

  meter
    .createObservableGauge('imchannel.infobip.deprecated', {
      description: '1 for an endpoint of which Infobip’s answers say that it is deprecated',
    })
    .addCallback((result) => {
      // There from the start, so that an alert can ask for it.
      if (deprecated.size === 0) result.observe(0)
      for (const endpoint of deprecated.keys()) result.observe(1, { endpoint })
    })
  meter
    .createObservableGauge('imchannel.infobip.sunset.time', {
      description: 'From when an endpoint may be gone, as Infobip’s answers say, in seconds since 1970',
      unit: 's',
    })
    .addCallback((result) => {
      for (const [endpoint, { sunsetAt }] of deprecated)
        if (sunsetAt !== undefined) result.observe(sunsetAt / 1_000, { endpoint })
    })
  meter
    .createObservableGauge('imchannel.clock.offset', {
      description: 'How far Infobip’s clock is ahead of Redis’s (negative: behind), by the latest answer',
      unit: 's',
    })
    .addCallback((result) => {
      if (infobipAheadMs !== undefined) result.observe(infobipAheadMs / 1_000, { clock: 'infobip' })
    })

  function seeClock(date: number): void {
    infobipAheadMs = date - (Date.now() + redisAheadMs)
    // The header has whole seconds.
    if (Math.abs(infobipAheadMs) <= CLOCK_MS || performance.now() < clockSilentUntil) return
    clockSilentUntil = performance.now() + LINE_MS
    log.warn(
      { fn: 'infobip' },
      line`Infobip's clock differs from Redis's by ${Math.round(infobipAheadMs / 1_000)} s: windows and templates may be judged wrongly by as much`,
    )
  }

  return {
    redisAhead: (ms) => {
      redisAheadMs = ms
    },
    notices: (endpoint, { date, deprecatedAt, sunsetAt }) => {
      if (date !== undefined) seeClock(date)
      if (deprecatedAt === undefined && sunsetAt === undefined) return
      const sunset = typeof sunsetAt === 'number' ? sunsetAt : undefined
      const known = deprecated.get(endpoint)
      if (known !== undefined && known.sunsetAt === sunset) return
      deprecated.set(endpoint, { since: Date.now(), sunsetAt: sunset })
      const until = sunset === undefined ? 'without a date' : `from ${new Date(sunset).toISOString()} on`
      const days = sunset === undefined ? '' : `, in ${Math.ceil((sunset - Date.now()) / DAY_MS)} days`
      log.warn(
        { fn: 'infobip' },
        line`Infobip will take [${raw(endpoint)}] away: it may be gone ${raw(until)}${raw(days)}; look for a newer IMChannel, or ask Infobip`,
      )
    },
  }
}
