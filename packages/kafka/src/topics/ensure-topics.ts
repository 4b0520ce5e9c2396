import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { errorType, messageOf, readTopic, type TopicSpec, withAdmin } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'

/** What `ensureTopics` found and did. Existing topics are never changed; `missing` are those it was not allowed to create. */
export interface EnsuredTopics {
  created: string[]
  existing: string[]
  missing: { name: string; problem: string }[]
}

const CREATE_TIMEOUT_MS = 15_000

/**
 * Creates the topics that are not there. One that is there is left as it is, whatever its settings; one that may not be
 * created is reported, not thrown.
 *
 * @throws when Kafka cannot be reached.
 */
export async function ensureTopics(client: KafkaClient, specs: readonly TopicSpec[]): Promise<EnsuredTopics> {
  return withAdmin(client, async (admin) => {
    const result: EnsuredTopics = { created: [], existing: [], missing: [] }
    let brokers: number | undefined
    for (const spec of specs) {
      if ((await readTopic(admin, spec.name)) !== undefined) {
        result.existing.push(spec.name)
        continue
      }
      brokers ??= (await admin.describeCluster()).brokers.length
      const outcome = await create(admin, spec, Math.min(spec.replication, Math.max(1, brokers)))
      switch (outcome.kind) {
        case 'created':
          result.created.push(spec.name)
          break
        case 'existing':
          result.existing.push(spec.name)
          break
        case 'refused':
          result.missing.push({ name: spec.name, problem: outcome.problem })
          break
      }
    }
    return result
  })
}

/** Topics are not there, and this user may not make them: no waiting helps. The message names all of them, each with Kafka's reason. */
export class MissingTopics extends Error {
  override name = 'MissingTopics'
}

/**
 * Creates the topics that are not there, for who cannot do without them.
 *
 * @returns the names of those that were created
 * @throws MissingTopics, or when Kafka cannot be reached
 */
export async function requireTopics(client: KafkaClient, specs: readonly TopicSpec[]): Promise<string[]> {
  const { created, missing } = await ensureTopics(client, specs)
  if (missing.length === 0) return created
  const list = missing.map(({ name, problem }) => `${name} (${problem})`).join(', ')
  throw new MissingTopics(`topics are missing and may not be created: ${list}; create them, or allow this user to`)
}

/**
 * Gives a topic more partitions; one that has as many already is left as it is. Its records keep theirs.
 *
 * @throws where the topic is not there, or may not be changed.
 */
export async function growTopic(client: KafkaClient, name: string, partitions: number): Promise<void> {
  await withAdmin(client, async (admin) => {
    const topic = await readTopic(admin, name)
    if (topic === undefined) throw new Error(`there is no topic ${name}`)
    if (topic.partitions.length >= partitions) return
    try {
      await admin.createPartitions({
        timeout: CREATE_TIMEOUT_MS,
        topicPartitions: [{ topic: name, count: partitions }],
      })
    } catch (error) {
      // Another process was quicker.
      if (errorType(error) !== 'INVALID_PARTITIONS') throw error
    }
    await untilKnown(admin, name, partitions)
  })
}

type Creation = { kind: 'created' } | { kind: 'existing' } | { kind: 'refused'; problem: string }

async function create(admin: Admin, spec: TopicSpec, replicationFactor: number): Promise<Creation> {
  let fresh: boolean
  try {
    fresh = await admin.createTopics({
      timeout: CREATE_TIMEOUT_MS,
      // kafkajs's own wait gives up on a topic that brokers have not heard of yet: see `untilKnown`.
      waitForLeaders: false,
      topics: [
        {
          topic: spec.name,
          numPartitions: spec.partitions,
          replicationFactor,
          configEntries: Object.entries({ ...safeConfig(replicationFactor), ...spec.config }).map(([name, value]) => ({
            name,
            value,
          })),
        },
      ],
    })
  } catch (error) {
    const refusals = 'errors' in Object(error) ? (error as { errors: unknown[] }).errors : [error] // KafkaJSAggregateError: one error a topic
    const first = refusals[0]
    if (errorType(first) === undefined) throw error
    return { kind: 'refused', problem: `${errorType(first)}: ${messageOf(first)}` }
  }
  await untilKnown(admin, spec.name)
  // kafkajs says false when another process was quicker.
  return fresh ? { kind: 'created' } : { kind: 'existing' }
}

/** Kafka's own default is 1, by which `acks=all` is one broker's word as soon as the others lag. One of three may be away. */
function safeConfig(replication: number): Record<string, string> {
  return replication < 3 ? {} : { 'min.insync.replicas': String(replication - 1) }
}

// A topic is created by the controller and known to the brokers a moment later.
async function untilKnown(admin: Admin, name: string, partitions = 1): Promise<void> {
  const deadline = Date.now() + CREATE_TIMEOUT_MS
  for (;;) {
    const topic = await readTopic(admin, name)
    const led = topic?.partitions.filter(({ leader }) => leader >= 0).length ?? 0
    if (led >= partitions && led === topic?.partitions.length) return
    if (Date.now() > deadline) throw new Error(`the topic ${name} was changed but no broker leads all of it yet`)
    await sleep(100)
  }
}
