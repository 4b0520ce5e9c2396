import type { TopicDescription } from '@imchannel/kafka'
import { describe, expect, test } from 'vitest'
import { judgeTopics } from './judge-topics.ts'

const DAY = 86_400_000
const config = {
  tenants: {},
  topics: {
    prefix: 'im',
    outbound: [
      { topic: 'im.outbound', tenant: undefined },
      { topic: /^bots\..*/, tenant: undefined },
    ],
    partitions: 2,
  },
  commandMemoryMs: 7 * DAY,
  maxAgeMs: DAY,
  // Its audit is a topic.
  console: {},
} as unknown as Parameters<typeof judgeTopics>[0] // what the judgement reads of it

interface Change {
  readonly partitions?: Partial<TopicDescription['partitions'][number]>[]
  readonly config?: Record<string, string> | undefined
}

function topic(name: string, change: Change = {}): TopicDescription {
  const settings = { 'retention.ms': String(7 * DAY), 'max.message.bytes': '8388608', 'cleanup.policy': 'delete' }
  const { partitions = [{}, {}] } = change
  return {
    name,
    partitions: partitions.map((one, partition) => ({ partition, leader: 1, replicas: 1, inSync: 1, ...one })),
    config: 'config' in change && change.config === undefined ? undefined : { ...settings, ...change.config },
  }
}

const wellMade = [
  'inbound',
  'status',
  'account',
  'unrecognised',
  'cost',
  'attempts',
  'audit',
  'outbound',
  'outbound.deadletter',
].map((name) => `im.${name}`)
const compacted = ['im.consent', 'im.contacts', 'im.templates']

/** What is said of topics that are all well but these. */
function findings(changed: readonly TopicDescription[], brokers = 1): string[] {
  const names = new Set(changed.map(({ name }) => name))
  const others = [...wellMade, 'bots.echo'].filter((name) => !names.has(name)).map((name) => topic(name))
  const states = compacted
    .filter((name) => !names.has(name))
    .map((name) => topic(name, { config: { 'cleanup.policy': 'compact' } }))
  return judgeTopics(config, [...others, ...states, ...changed], brokers).map(({ level, text }) => `${level}: ${text}`)
}

describe('topics', () => {
  test('that are as they should be are one line', () => {
    expect(findings([])).toEqual([`ok: ${wellMade.length + compacted.length + 1} topics are as they should be.`])
    // With one or two replicas there is nothing better: the topic would be closed with the first broker that is away.
    for (const replicas of [1, 2]) {
      const small = topic('im.status', {
        partitions: [0, 1].map(() => ({ replicas, inSync: replicas })),
        config: { 'min.insync.replicas': '1' },
      })
      expect(findings([small])).toEqual([`ok: ${wellMade.length + compacted.length + 1} topics are as they should be.`])
    }
  })

  test.each<[what: string, topic: TopicDescription, said: string]>([
    [
      'kept longer than the ledger remembers',
      topic('im.outbound', { config: { 'retention.ms': String(7 * DAY + 1) } }),
      'problem: im.outbound keeps commands for 7 d, but the ledger knows them for 7 d alone',
    ],
    [
      'kept for ever',
      topic('bots.echo', { config: { 'retention.ms': '-1' } }),
      'problem: bots.echo keeps commands for ever',
    ],
    [
      'kept for less than commands may wait',
      topic('im.outbound', { config: { 'retention.ms': '3600000' } }),
      'problem: im.outbound keeps commands for 1 h, less than the 24 h that they may wait (maxAge)',
    ],
    [
      'parked, and kept for less than commands may wait',
      topic('im.outbound.parked.acme', { config: { 'retention.ms': '3600000' } }),
      'problem: im.outbound.parked.acme keeps waiting commands for 1 h',
    ],
    [
      'compacted',
      topic('im.outbound', { config: { 'cleanup.policy': 'compact' } }),
      'problem: im.outbound is compacted',
    ],
    [
      'not compacted though they are to keep what they say',
      topic('im.consent', { config: { 'cleanup.policy': 'delete' } }),
      'problem: im.consent does not keep what it says for good.',
    ],
    [
      'that take small records alone',
      topic('im.inbound', { config: { 'max.message.bytes': '1048576' } }),
      'warning: im.inbound takes records of 1.0 MiB at most',
    ],
    [
      'whose settings are hidden',
      topic('im.status', { config: undefined }),
      'warning: The settings of im.status may not be read by this user.',
    ],
    [
      'with a partition that nobody leads',
      topic('im.status', { partitions: [{ leader: -1 }, {}] }),
      'problem: 1 of 2 partitions of im.status has no leader.',
    ],
    [
      'with replicas behind',
      topic('im.status', {
        partitions: [
          { replicas: 3, inSync: 2 },
          { replicas: 3, inSync: 3 },
        ],
      }),
      'warning: 1 of 2 partitions of im.status has replicas that are not in sync.',
    ],
    [
      'that take what one broker alone has',
      topic('im.status', {
        partitions: [
          { replicas: 3, inSync: 3 },
          { replicas: 3, inSync: 3 },
        ],
        config: { 'min.insync.replicas': '1' },
      }),
      'warning: What is stored in im.status may be on 1 of its 3 brokers alone, and is lost with it.',
    ],
    [
      'with fewer partitions than are configured',
      topic('im.status', { partitions: [{}] }),
      'warning: im.status has 1 partition, the configuration says 2.',
    ],
  ])('%s are said to be', (_what, changed, said) => {
    expect(findings([changed])).toEqual([expect.stringContaining(said)])
  })

  test('with fewer replicas than the brokers could hold are said to be', () => {
    expect(findings([], 3)).toContain(
      'warning: im.status has 1 of 3 possible replicas: with their broker its records are gone.',
    )
  })

  test('that are not there are named, and an expression that nothing matches', () => {
    const said = judgeTopics(config, [topic('im.outbound')], 1).map(({ level, text }) => `${level}: ${text}`)
    // What nothing rests on is a warning.
    expect(said).toContain('warning: The topic im.attempts is not there: requests to Infobip are not written down.')
    expect(said).toContain('warning: The topic im.cost is not there: what messages cost is not written down.')
    expect(said).toContainEqual(expect.stringMatching(/^warning: The topic im\.audit is not there/))
    for (const name of wellMade.filter((one) => !['im.outbound', 'im.attempts', 'im.cost', 'im.audit'].includes(one)))
      expect(said).toContain(`problem: The topic ${name} is not there.`)
    for (const name of compacted)
      expect(said).toContainEqual(expect.stringMatching(`^warning: The topic ${name} is not`))
    expect(said).toContain('warning: No topic matches /^bots\\..*/.')
  })
})
