import type { Account } from '@imchannel/config'
import type { InfobipClient } from '@imchannel/infobip'
import { z } from 'zod'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warning } = findingsOf('infobip')

/** Calls come by subscription alone, whatever the portal forwards of a number: these open a window. */
const CALL_EVENTS = ['CALL_RECEIVED', 'CALL_ESTABLISHED']
const PATH = '/subscriptions/1/subscription/VOICE_VIDEO?page=0&size=100'

/** An event is named, or is an object that names it with the format of its webhook. */
const page = z.object({
  results: z.array(z.object({ events: z.array(z.union([z.string(), z.object({ event: z.string() })])).default([]) })),
})

/** Of numbers that say that all is received here: whether calls are, which nothing but a subscription brings. */
export async function checkSubscriptions(
  client: InfobipClient,
  { name, account, signal }: { name: string; account: Account; signal: AbortSignal },
): Promise<Finding[]> {
  const numbers = account.senders.filter(({ inbound }) => inbound === 'complete').map(({ number }) => number)
  if (numbers.length === 0) return []
  const result = await client.send({ method: 'GET', path: PATH }, { signal })
  const read = result.kind === 'response' && result.status === 200 ? page.safeParse(result.parsed) : undefined
  if (read?.success !== true) {
    const why = result.kind === 'response' ? `Infobip answered ${result.status}` : result.cause.message
    return [
      warning(
        `The subscriptions of ${name} could not be read (${why}): nobody knows whether calls reach IMChannel, and ${numbers.join(', ')} say inbound: complete.`,
        'Look for CALL_RECEIVED and CALL_ESTABLISHED of the channel VOICE_VIDEO in Infobip’s portal (docs/infobip-account.md).',
      ),
    ]
  }
  const events = read.data.results.flatMap((one) => one.events)
  const subscribed = new Set(events.map((event) => (typeof event === 'string' ? event : event.event)))
  const missing = CALL_EVENTS.filter((event) => !subscribed.has(event))
  if (missing.length === 0) return [ok(`${name} subscribes to calls, which open windows.`)]
  return [
    warning(
      `${name} subscribes to no ${missing.join(' and no ')} of the channel VOICE_VIDEO, and ${numbers.join(', ')} say inbound: complete: a window that a call has opened is called closed.`,
      'Subscribe to them (docs/infobip-account.md), unless these numbers neither take nor make calls.',
    ),
  ]
}
