import { createBatchedScript } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'

/** What is kept of an account's readings in Redis, for all instances: who reads, what was read, what is to be read soon. */
export interface ReadingStore {
  /** Takes or keeps the leases of these accounts for `ms`; one answer each, whether this instance has it. */
  lease(accounts: readonly string[], ms: number): Promise<readonly boolean[]>
  /** Gives up those that this instance has. */
  release(accounts: readonly string[]): Promise<void>
  /** What was written last of each account, and when its tenant's were asked for; with Redis's time. */
  look(accounts: readonly ReadAccount[]): Promise<readonly Look[]>
  write(kind: ReadingKind, account: string, value: unknown): Promise<void>
  /** Something has changed: the tenant's accounts are to be read at once, by whoever reads them. */
  ask(tenant: string): Promise<void>
  /** Told: events of the same are not to come from a poll, for `ms`. */
  tell(what: string, ms: number): Promise<void>
  wasTold(what: string): Promise<boolean>
  /** Redis's, in ms since 1970. */
  now(): Promise<number>
}

export type ReadingKind = 'templates' | 'quality' | 'blocklist'

export interface ReadAccount {
  readonly tenant: string
  /** `<tenant>/<account>` */
  readonly name: string
}

export interface Look {
  /** As JSON; undefined where nothing is kept. */
  readonly templates: string | undefined
  readonly quality: string | undefined
  /** In ms since 1970, by Redis's clock. */
  readonly askedAt: number | undefined
  readonly now: number
}

/** What nobody has read again by then speaks of nothing. */
const KEEP_MS = 3_600_000

const LEASE = `
local answers = {}
for place, key in ipairs(KEYS) do
  local owner, ms = ARGV[2 * place - 1], tonumber(ARGV[2 * place])
  local holder = redis.call('get', key)
  if holder and holder ~= owner then
    answers[place] = 0
  elseif ms == 0 then
    redis.call('del', key)
    answers[place] = 0
  else
    redis.call('set', key, owner, 'PX', ms)
    answers[place] = 1
  end
end
return answers
`

const LOOK = `
local answers = {}
local time = redis.call('time')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
for place, key in ipairs(KEYS) do
  answers[place] = { redis.call('get', key), now }
end
return answers
`

function keysOf(name: string) {
  const key = (kind: string, what: string): string => `imc:reading:${name}:${kind}:${what}`
  return {
    lease: (account: string) => key('lease', account),
    of: (kind: ReadingKind, account: string) => key(kind, account),
    asked: (tenant: string) => key('asked', tenant),
    told: (what: string) => key('told', what),
  }
}

/** `name` tells two systems on one Redis apart, `owner` instances. */
export function createReadingStore(redis: RedisClient, { name, owner }: { name: string; owner: string }): ReadingStore {
  const keys = keysOf(name)
  const lease = createBatchedScript(redis, LEASE)
  const look = createBatchedScript(redis, LOOK)
  const leases = (accounts: readonly string[], ms: number): Promise<readonly unknown[]> =>
    accounts.length === 0
      ? Promise.resolve([])
      : lease(accounts.map((account) => ({ key: keys.lease(account), args: [owner, ms] })))

  async function now(): Promise<number> {
    const [seconds = '0', micros = '0'] = await redis.time().then((parts) => parts.map(String))
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)
  }

  return {
    lease: async (accounts, ms) => (await leases(accounts, ms)).map((answer) => Number(answer) === 1),
    release: async (accounts) => void (await leases(accounts, 0)),
    look: async (accounts) => {
      if (accounts.length === 0) return []
      const answers = await look(
        accounts.flatMap(({ tenant, name }) =>
          [keys.of('templates', name), keys.of('quality', name), keys.asked(tenant)].map((key) => ({ key, args: [] })),
        ),
      )
      return accounts.map((_account, at) => {
        const [templates, quality, asked] = answers.slice(3 * at, 3 * at + 3).map(readPair)
        return {
          templates: templates?.text,
          quality: quality?.text,
          askedAt: asked?.text === undefined ? undefined : Number(asked.text),
          now: templates?.now ?? Number.NaN,
        }
      })
    },
    write: async (kind, account, value) => {
      await redis.set(keys.of(kind, account), JSON.stringify(value), 'PX', KEEP_MS)
    },
    ask: async (tenant) => {
      await redis.set(keys.asked(tenant), await now(), 'PX', KEEP_MS)
    },
    tell: async (what, ms) => {
      await redis.set(keys.told(what), '1', 'PX', ms)
    },
    wasTold: async (what) => (await redis.get(keys.told(what))) !== null,
    now,
  }
}

function readPair(answer: unknown): { text: string | undefined; now: number } {
  const [text, now]: unknown[] = Array.isArray(answer) ? answer : []
  return { text: typeof text === 'string' ? text : undefined, now: Number(now) }
}
