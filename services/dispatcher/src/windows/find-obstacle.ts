import { describeTopics, isPermitted, type KafkaClient } from '@imchannel/kafka'

/** What keeps this user from reading the topics, and what to do about it; undefined where nothing does. */
export async function findObstacle(client: KafkaClient, topics: readonly string[]): Promise<string | undefined> {
  const denied: string[] = []
  for (const topic of topics) if (!(await isPermitted(client, { kind: 'read', topic }))) denied.push(topic)
  if (denied.length > 0)
    return `this user may not read ${denied.join(' and ')}; add the ACL: --operation Read ${denied.map((topic) => `--topic ${topic}`).join(' ')} (docs/operations.md)`
  const found = new Set((await describeTopics(client, topics)).map(({ name }) => name))
  const missing = topics.filter((topic) => !found.has(topic))
  return missing.length === 0
    ? undefined
    : `there is no topic ${missing.join(' and no ')}; ingress makes it at its start`
}

/** What keeps this user of Redis from the keys; undefined for other errors. */
export function redisObstacle(error: unknown): string | undefined {
  const text = error instanceof Error ? error.message : ''
  return text.startsWith('NOPERM')
    ? 'this user of Redis may not use the keys of facts; add ~imc:f:* to its rights (docs/operations.md)'
    : undefined
}
