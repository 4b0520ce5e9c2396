// A dispatcher that dies at a certain point, as of a bug in the runtime or of `kill -9`.
import { openConfig } from '@imchannel/config'
import type { IncomingRecord } from '@imchannel/kafka'
import { createReadingMarks, type ReadingMarks } from '@imchannel/ledger'
import { createLogger } from '@imchannel/logging'
import { run } from '@imchannel/lifecycle'
import { createRedis } from '@imchannel/redis'
import { createReadAlone, readCommand, type Reading } from '../../src/engine/read-alone.ts'
import { createDispatcher } from '../../src/service.ts'
import type { DispatcherParts } from '../../src/service.ts'

/**
 * `request`: when it is to send a text that has "deadly" in it. `copied`: commands are in the parked topic, and not finished
 * in their own. `draining`: the same, when parked ones are being sent already. `held`: on the way back, while an account's
 * commands are held for the last parked ones. `reading`: while it reads a large command that has "deadly" in it.
 */
export type Death = 'request' | 'copied' | 'draining' | 'held' | 'reading'

const COPIES = 20

// `as`: the test that starts it names one of these.
const death = process.env['DEATH'] as Death

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

function marks(): ReadingMarks {
  const { redis, topics } = config.current()
  const client = createRedis(redis, { name: 'deadly', onError: () => undefined })
  return createReadingMarks(client, `${topics.prefix}.dispatcher`)
}

function readOrDie(record: IncomingRecord): Reading {
  if (record.value?.includes('deadly') === true) void die()
  return readCommand(record)
}

function adapt(parts: DispatcherParts): DispatcherParts {
  const { attempt, parkingQueue, parkedBacklog } = parts
  let copies = 0
  const looks = new Map<string, number>()
  return {
    ...parts,
    readAlone: death === 'reading' ? createReadAlone(marks(), readOrDie) : parts.readAlone,
    attempt: async (work, account, request) => {
      if (death === 'request' && request.request.body?.includes('deadly') === true) await die()
      return attempt(work, account, request)
    },
    parkingQueue: {
      ...parkingQueue,
      add: async (records) => {
        const stored = await parkingQueue.add(records)
        copies += records.length
        if (death === 'copied' && copies >= COPIES) await die()
        for (const record of death === 'draining' ? records.slice(0, 1) : []) {
          const { end, committed } = await parkedBacklog.look(record.topic, record.partition ?? 0)
          if (committed > 0n && committed < end) await die()
        }
        return stored
      },
    },
    parkedBacklog: {
      ...parkedBacklog,
      look: async (topic, partition) => {
        const place = `${topic} ${partition}`
        const nth = (looks.get(place) ?? 0) + 1
        const found = await parkedBacklog.look(topic, partition)
        // The first look of a try may end it; the second is made under the hold, for the end that is to be reached.
        looks.set(place, nth)
        if (death === 'held' && nth >= 2 && found.committed < found.end) await die()
        if (found.end - found.committed > 200n) looks.set(place, 0)
        return found
      },
    },
  }
}

const log = createLogger({ service: 'dispatcher', format: 'classic', level: 'info', privacy: 'none' })
const config = openConfig({ env: process.env, log: () => undefined })

await run(async () => createDispatcher({ config, log, metrics: async () => '', adapt }), {
  name: 'deadly dispatcher',
  drainMs: 25_000,
  log: (text) => log.info({ fn: 'dispatcher' }, text),
})
