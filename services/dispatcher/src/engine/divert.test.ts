import { conversationKey } from '@imchannel/events'
import type { IncomingRecord, OutgoingRecord } from '@imchannel/kafka'
import { describe, expect, it } from 'vitest'
import { createDiversion } from './divert.ts'
import type { DiversionDependencies } from './divert.ts'
import { createOwnedPartitions, lineOf } from './owned-partitions.ts'

const TOPIC = 'imchannel.outbound'
const OTHERS = 'globex.commands'
const SENDER = '447860200001'
const CUSTOMER = '351920000001'
const LANE = conversationKey({ tenant: 'acme', business: SENDER, customer: CUSTOMER })

function record(fields: object = {}, offset = '7'): IncomingRecord {
  const value = Buffer.from(JSON.stringify({ tenant: 'acme', from: SENDER, to: CUSTOMER, content: {}, ...fields }))
  return {
    topic: TOPIC,
    partition: 3,
    offset,
    timestamp: 1_740_657_600_000,
    key: null,
    value,
    headers: { mine: Buffer.from('x') },
  }
}

/** An instance that owns partition 3; `acme` has one account there. */
function setUp() {
  const written: OutgoingRecord[] = []
  const counted: unknown[] = []
  const backlog = { undrained: async () => new Set<string>(), partitions: () => 2 }
  // `as`: what a diversion uses of each.
  const deps = {
    accounts: {
      find: (tenant: string, number: string) =>
        tenant === 'acme' && number === SENDER ? { account: { settings: { id: 'main' } } } : undefined,
    },
    queue: {
      add: async (copies: readonly OutgoingRecord[]) => {
        written.push(...copies)
        return copies.map(() => true)
      },
    },
    backlog,
    bindingOfTopic: (topic: string) => (topic === OTHERS ? { tenant: 'globex' } : {}),
    instruments: { parked: (...what: unknown[]) => counted.push(what) },
    passes: (_place: unknown, _line: unknown, { rank }: { rank: number }) => rank === 0,
  } as unknown as Omit<DiversionDependencies, 'owned'>
  const owned = createOwnedPartitions(deps.backlog, () => undefined)
  owned.assigned([TOPIC, OTHERS].map((topic) => ({ topic, partition: 3 })))
  const place = owned.find({ topic: TOPIC, partition: 3 })
  if (place === undefined) throw new Error('the partition is not owned')
  const line = lineOf(place, 'acme', 'main')
  line.isKnown = true
  const park = (): void => {
    line.park('too many')
    place.parkedLines.add(line)
  }
  return { diversion: createDiversion({ ...deps, owned }), owned, place, line, park, written, counted }
}

describe('what is parked in bulk', () => {
  it('is a command of who is parked, as it came, with its place', () => {
    const { diversion, park } = setUp()
    park()
    const came = record()
    expect(diversion.copyOf(came)).toEqual({
      topic: 'imchannel.outbound.parked.acme',
      partition: 1,
      key: null,
      value: came.value,
      headers: [
        ['mine', 'x'],
        ['imchannel-parked-format', '1'],
        ['imchannel-source-topic', TOPIC],
        ['imchannel-source-partition', '3'],
        ['imchannel-source-offset', '7'],
        ['imchannel-source-timestamp', '1740657600000'],
      ].map(([name = '', value = '']) => ({ name: Buffer.from(name), value: Buffer.from(value) })),
    })
  })

  it('is nothing while nobody is parked, nor of who is held on the way back', () => {
    const { diversion, line, park } = setUp()
    expect(diversion.copyOf(record())).toBeUndefined()
    park()
    line.hold()
    expect(diversion.copyOf(record())).toBeUndefined()
  })

  it('is nothing before it is known, after each assignment, whether its parked topic is drained', () => {
    const { diversion, owned, park } = setUp()
    park()
    owned.assigned([{ topic: TOPIC, partition: 3 }])
    expect(diversion.copyOf(record())).toBeUndefined()
  })

  it('is nothing that has another of its conversation before it in a lane', () => {
    const { diversion, line, park } = setUp()
    const first = record({}, '6')
    line.enter(first, LANE, 2)
    park()
    expect(diversion.copyOf(record())).toBeUndefined()
    expect(diversion.copyOf(record({ to: '351920000002' }))).toBeDefined()
    line.takeFrom(first)
    expect(diversion.copyOf(record())).toBeDefined()
  })

  it('is nothing that may go past it, and taken down by conversation', () => {
    const { diversion, place, park } = setUp()
    park()
    expect(diversion.copyOf(record({ class: 'reply' }))).toBeUndefined()
    expect(place.copied.has(LANE)).toBe(false)
    expect(diversion.copyOf(record({ class: 'bulk' }))).toBeDefined()
    expect(place.copied.has(LANE)).toBe(true)
  })

  it.each<[string, object]>([
    ['a reading receipt', { type: 'imchannel.message.read.v1' }],
    ['a number that no account has', { from: '447860200009' }],
    ['another tenant', { tenant: 'globex' }],
    ['no recipient', { to: 5 }],
  ])('is not %s', (_what, fields) => {
    const { diversion, park } = setUp()
    park()
    expect(diversion.copyOf(record(fields))).toBeUndefined()
  })

  it('is nothing in the topic of another tenant', () => {
    const { diversion, owned, park } = setUp()
    park()
    const place = owned.find({ topic: OTHERS, partition: 3 })
    if (place === undefined) throw new Error('the partition is not owned')
    const line = lineOf(place, 'acme', 'main')
    line.isKnown = true
    line.park('too many')
    place.parkedLines.add(line)
    expect(diversion.copyOf({ ...record(), topic: OTHERS })).toBeUndefined()
  })

  it('is counted once for all that are written together', async () => {
    const { diversion, park, counted, written } = setUp()
    park()
    const copies = [record({}, '1'), record({}, '2')].flatMap((one) => diversion.copyOf(one) ?? [])
    expect(await diversion.write(copies)).toEqual([true, true])
    expect(written).toEqual(copies)
    expect(counted).toEqual([['acme', 'too many', 2]])
  })
})
