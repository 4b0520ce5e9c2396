import { check, CRIMES } from './check.ts'
import type { Crime } from './check.ts'
import type { Fact, FactOf, Remains, SeenEvent } from './facts.ts'

export const command = (index: number, at = 0): Fact => ({
  kind: 'command',
  at,
  id: `c${index}`,
  conversation: 'a',
  index,
})
export const request = (seq: number, index: number, over: Partial<FactOf<'request'>> = {}): FactOf<'request'> => ({
  kind: 'request',
  seq,
  at: seq * 1_000,
  madeAt: seq * 1_000,
  account: 'acme',
  commandId: `c${index}`,
  messageId: `m${index}`,
  answer: { at: seq * 1_000 + 10, status: 200, readable: true },
  ...over,
})
export const answered = (seq: number, status: number, more = {}) => ({
  answer: { at: seq * 1_000 + 10, status, readable: true, ...more },
})
export const outcome = (index: number, how = 'accepted', id = `${how}-${index}`): SeenEvent => ({
  topic: 'status',
  partition: 0,
  offset: index,
  type: `imchannel.message.${how}.v1`,
  id,
  commandId: `c${index}`,
})
export const received = (index: number, offset: number, id = `in-${index}`): SeenEvent => ({
  topic: 'inbound',
  partition: 0,
  offset,
  type: 'imchannel.message.received.v1',
  id,
  messageId: `in.a.${index}`,
})
export const webhook = (index: number): Fact => ({ kind: 'webhook', at: 0, of: 'message', messageId: `in.a.${index}` })
export const kill = (met: boolean): Fact => ({ kind: 'kill', at: 0, victim: 'redis', met })
export const asked = (at: number, index: number): Fact => ({
  kind: 'question',
  at,
  answeredAt: at + 5,
  messageIds: [`m${index}`],
})
export const remains = (events: SeenEvent[], taken: number[], deadLetters: string[] = []): Remains => ({
  events,
  deadLetters,
  taken: new Set(taken),
})

/** How often each crime was found; those that were not are left out. */
export function found(facts: Fact[], left: Remains): Partial<Record<Crime, number>> {
  const { crimes } = check(facts, left)
  return Object.fromEntries(
    CRIMES.map((crime) => [crime, crimes[crime].length] as const).filter(([, count]) => count > 0),
  )
}
