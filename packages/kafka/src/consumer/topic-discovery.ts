import { messageOf } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'
import { DISCOVER_MS } from './consumer-options.ts'
import { isLoginRefused } from '../kafkajs/kafkajs-errors.ts'
import { keepAdmin } from '../kafkajs/kept-admin.ts'

export interface TopicDiscovery {
  start(): void
  stop(): void
  add(topics: readonly string[]): void
  remove(topics: readonly string[]): void
  /** Something speaks for a change. */
  lookNow(): void
}

/** While a topic that was named is not there yet, or Kafka is not, one looks more often. */
const IMPATIENT_MS = 2_000

/**
 * Finds out which topics there are to consume, and says so whenever that changes. kafkajs subscribes only once and dies
 * of a name that does not exist, so only existing names are handed on, and a change means to join anew.
 */
export function discoverTopics(
  client: KafkaClient,
  options: { topics: readonly (string | RegExp)[]; exclude?(topic: string): boolean; discoverMs?: number },
  listener: {
    changed(topics: readonly string[]): Promise<void>
    /** Each look that found the same. */
    unchanged(): Promise<void>
    refused(error: unknown): void
  },
): TopicDiscovery {
  const names = new Set(options.topics.filter((one) => typeof one === 'string'))
  const expressions = options.topics.filter((one) => one instanceof RegExp)
  const admin = keepAdmin(client)
  let known = ''
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    let complete = false
    try {
      const found = await find()
      complete = [...names].every((name) => found.includes(name))
      const now = found.join('\n')
      if (now === known) await listener.unchanged()
      else if (!stopped) {
        known = now
        await listener.changed(found)
      }
    } catch (error) {
      if (isLoginRefused(error) && !stopped) {
        stopped = true
        admin.close()
        return listener.refused(error)
      }
      if (!stopped) client.log('warn', `topics could not be listed, trying again: ${messageOf(error)}`, {})
    }
    if (!stopped) timer = setTimeout(lookAgain, complete ? (options.discoverMs ?? DISCOVER_MS) : IMPATIENT_MS)
  }

  async function find(): Promise<string[]> {
    // One question, however many names: a thousand tenants may have topics of their own.
    const found = (await admin.ask((connection) => connection.listTopics())).filter((topic) => {
      if (names.has(topic)) return true
      if (options.exclude?.(topic) === true || topic.startsWith('__')) return false
      // `search` keeps no state, unlike `test` with a global expression.
      return expressions.some((one) => topic.search(one) >= 0)
    })
    return found.sort()
  }

  function lookAgain(): void {
    clearTimeout(timer)
    if (stopped) return
    looking = (looking ?? Promise.resolve()).then(look)
  }

  return {
    start: lookAgain,
    lookNow: lookAgain,
    stop: () => {
      stopped = true
      admin.close()
      clearTimeout(timer)
    },
    add: (topics) => {
      for (const topic of topics) names.add(topic)
      lookAgain()
    },
    remove: (topics) => {
      for (const topic of topics) names.delete(topic)
      lookAgain()
    },
  }
}
