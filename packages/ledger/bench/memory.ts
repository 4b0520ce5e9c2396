// Measures what an entry costs in Redis: REDIS_URL=<a server for this alone, which is emptied> node packages/ledger/bench/memory.ts
import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { accountHash, createLedger, newOwner } from '../src/index.ts'
import type { RequestDetails, Send } from '../src/index.ts'

const ENTRIES = 100_000
const BATCH = 1_000

const redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379')
const MEMORY_MS = 7 * 24 * 3_600_000
const ledgers = {
  1: createLedger(redis, { memoryMs: MEMORY_MS }),
  2: createLedger(redis, { memoryMs: MEMORY_MS, format: '2' }),
}

async function usedMemory(): Promise<number> {
  const info = await redis.info('memory')
  const bytes = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  // What is on its way to a file, or to us, is no entry.
  return bytes('used_memory') - bytes('mem_aof_buffer') - bytes('mem_clients_normal')
}

function uuidOf(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/** `look-up` is the entry as it is; `claim alone` is what idempotence by itself would need. */
async function measure(
  name: string,
  identityOf: (id: string) => Send['identity'],
  idOf: (n: number) => string,
  request?: RequestDetails,
): Promise<void> {
  const ledger = ledgers[request === undefined ? 1 : 2]
  const write = async (prefix: string, entries: number): Promise<void> => {
    for (let first = 0; first < entries; first += BATCH) {
      const sends = Array.from({ length: BATCH }, (_, index): Send => {
        const commandId = idOf(first + index)
        const send = { tenant: 'acme', messageId: uuidOf(prefix + commandId), identity: identityOf(commandId) }
        return request === undefined ? send : { ...send, request }
      })
      await Promise.all(
        sends.map(async (send) => {
          const owner = newOwner()
          await ledger.claim(send, owner)
          await ledger.settle(send, owner, { state: 'accepted', outcome: '{"status":{"groupId":1}}' })
          await ledger.reported(send)
        }),
      )
    }
  }
  // Each begins with a table of the same size, whose growth would else be some entries' alone.
  await redis.flushall()
  // The script and the connection's buffers are no entries.
  await write('warm-up', BATCH)
  const before = await usedMemory()
  await write(name, ENTRIES)
  const bytes = ((await usedMemory()) - before) / ENTRIES
  process.stdout.write(`${name}: ${bytes.toFixed(0)} bytes an entry\n`)
}

const whole = (commandId: string): Send['identity'] => ({
  commandId,
  from: '447860099299',
  to: '39123456789',
  print: 'k3Jd82_x',
  traceparent: `00-${createHash('md5').update(commandId).digest('hex')}-00f067aa0ba902b7-01`,
})
const bare = (): Send['identity'] => ({ commandId: '', from: '', to: '', print: 'k3Jd82_x' })
const short = (n: number): string => `order-${1_000_000 + n}-shipped`
const long = (n: number): string => uuidOf(`command ${n}`)

await measure('claim alone', bare, short)
await measure('with the report look-up, command ids of 21 characters', whole, short)
await measure('with the report look-up, command ids of 36 characters', whole, long)
const account = accountHash('https://xyz123.api.infobip.com')
const longest: RequestDetails = {
  form: 'fallback',
  api: 'whatsapp',
  class: 'notification',
  source: 's'.repeat(28),
  template: 't'.repeat(40),
  category: 'utility',
  window: 'closed',
  freeEntryPoint: 'no',
  account,
}
await measure('of format 2, a text', whole, long, { form: 'content', api: 'omni', account })
await measure('of format 2, with every detail at its longest', whole, long, longest)
await redis.quit()
