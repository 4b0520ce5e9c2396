import autocannon from 'autocannon'
import type { WebhookBodies } from './webhook-bodies.ts'

export interface DriveOptions {
  readonly urls: readonly string[]
  readonly bodies: WebhookBodies
  readonly seconds: number
  readonly connections: number
  /** Requests a second of an open loop, its latencies corrected for coordinated omission; as fast as it goes without one. */
  readonly rate?: number
}

export interface Driven {
  readonly perSecond: number
  readonly answered: number
  readonly refused: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export const authorization = `Basic ${Buffer.from('infobip:demo-webhook-password').toString('base64')}`

/** Posts webhooks with autocannon and counts the answers; anything but 200 is refused. */
export async function drive({ urls, bodies, seconds, connections, rate }: DriveOptions): Promise<Driven> {
  const result = await autocannon({
    // Connections are shared out among them; the declarations know one alone.
    url: [...urls] as unknown as string,
    method: 'POST',
    connections,
    duration: seconds,
    ...(rate === undefined ? {} : { overallRate: rate }),
    headers: { 'content-type': 'application/json', authorization },
    requests: [{ setupRequest: (request) => ({ ...request, body: bodies.next() }) }],
  })
  return {
    perSecond: result['2xx'] / result.duration,
    answered: result['2xx'],
    refused: result.non2xx + result.errors,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}

/** Enough for every contender's compiler to have seen the hot path. */
const warmResults = 20_000
/** A period has gained that is faster by this than all before it. */
const gain = 1.05
/** So many periods in a row without a gain have found the contender warm: a few may be a pause of its compiler, or of the machine. */
const steadyPeriods = 4
/** A contender that still gets faster after so many is measured as it is. */
const maxPeriods = 20

/**
 * Drives without measuring, period by period, until the contender no longer gets faster: V8 takes seconds for that, the JVM half a
 * minute on two cores that it shares with the load.
 * @returns how many were answered
 */
export async function warmUp(options: DriveOptions): Promise<number> {
  let [answered, fastest, steady] = [0, 0, 0]
  for (let period = 0; period < maxPeriods; period++) {
    const driven = await drive(options)
    answered += driven.answered
    steady = driven.perSecond < fastest * gain ? steady + 1 : 0
    if (steady >= steadyPeriods && answered * options.bodies.results >= warmResults) break
    fastest = Math.max(fastest, driven.perSecond)
  }
  return answered
}
