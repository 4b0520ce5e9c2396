import { commandsAtTurnEnd } from './at-turn-end.ts'
import type { RedisClient } from './redis-client.ts'
import { runScript, script } from './script.ts'

/** What is asked of one key: its part of ARGV, always of the same length for a script. */
export interface KeyRequest {
  readonly key: string
  readonly args: readonly (string | number)[]
}

/** Runs a script on many keys; one answer a key, in their order. */
export type BatchedScript = (requests: readonly KeyRequest[]) => Promise<readonly unknown[]>

interface Call {
  readonly count: number
  readonly resolve: (answers: readonly unknown[]) => void
  readonly reject: (error: unknown) => void
}

/** What leaves in one command. */
interface Batch {
  readonly keys: string[]
  readonly args: (string | number)[]
  readonly calls: Call[]
}

/** A script of a thousand small reads and writes holds Redis up for about a millisecond. */
const DEFAULT_MAX_KEYS = 1_000

/**
 * Collects what is asked for in one turn of the event loop, by whomever, into one command: a command costs more than the few
 * bytes of one key do. A cluster takes no keys of different slots together; there the keys of a call with the same `{…}` are a command,
 * any other key is one, and they leave together.
 *
 * @param source Lua that goes through KEYS, with the same number of ARGV for each, and returns a list: as many answers, or none
 * @param maxKeys what one command has at most: so long it holds Redis up
 */
export function createBatchedScript(
  redis: RedisClient,
  source: string,
  { maxKeys = DEFAULT_MAX_KEYS }: { maxKeys?: number } = {},
): BatchedScript {
  const prepared = script(source)
  let waiting: Batch = { keys: [], args: [], calls: [] }

  async function run({ keys, args }: Pick<Batch, 'keys' | 'args'>): Promise<readonly unknown[]> {
    return listOf(await runScript(redis, prepared, keys, args))
  }

  async function flush(): Promise<void> {
    const batch = waiting
    if (batch.calls.length === 0) return
    waiting = { keys: [], args: [], calls: [] }
    try {
      const answers = await run(batch)
      let next = 0
      for (const { count, resolve } of batch.calls) resolve(answers.slice(next, (next += count)))
    } catch (error) {
      for (const { reject } of batch.calls) reject(error)
    }
  }

  function enter(requests: readonly KeyRequest[]): Promise<readonly unknown[]> {
    if (waiting.keys.length + requests.length > maxKeys) void flush()
    if (waiting.calls.length === 0) commandsAtTurnEnd(() => void flush())
    for (const { key, args } of requests) {
      waiting.keys.push(key)
      for (const one of args) waiting.args.push(one)
    }
    return new Promise((resolve, reject) => waiting.calls.push({ count: requests.length, resolve, reject }))
  }

  async function enterParts(requests: readonly KeyRequest[]): Promise<readonly unknown[]> {
    const parts = []
    for (let at = 0; at < requests.length; at += maxKeys) parts.push(enter(requests.slice(at, at + maxKeys)))
    return (await Promise.all(parts)).flat()
  }

  async function runEach(requests: readonly KeyRequest[]): Promise<readonly unknown[]> {
    const answers: unknown[] = []
    await Promise.all(
      placesBySlot(requests).map(async (places) => {
        const asked = places.flatMap((place) => requests[place] ?? [])
        const found = await run({ keys: asked.map(({ key }) => key), args: asked.flatMap(({ args }) => args) })
        for (const [index, place] of places.entries()) answers[place] = found[index]
      }),
    )
    return answers
  }

  return (requests) => {
    if (requests.length === 0) return Promise.resolve([])
    if (redis.isCluster) return runEach(requests)
    return requests.length <= maxKeys ? enter(requests) : enterParts(requests)
  }
}

/** Which requests are of one slot for certain. */
function placesBySlot(requests: readonly KeyRequest[]): number[][] {
  const places = new Map<string, number[]>()
  for (const [place, { key }] of requests.entries()) {
    const tag = /^[^{]*(\{[^}]+\})/.exec(key)?.[1] ?? key
    const found = places.get(tag)
    if (found === undefined) places.set(tag, [place])
    else found.push(place)
  }
  return [...places.values()]
}

function listOf(answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer)) throw new TypeError('Redis answered a script with something else than a list')
  return answer
}
