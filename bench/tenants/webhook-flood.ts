// Posts one tenant's broken webhooks at an even rate, in a process of its own. A load generator that counts by the second sends each
// second's share at once, and then it is the machine that is measured.
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import { waitUntil } from '@imchannel/testkit'
import { openLoop } from '../src/open-loop.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    authorization: { type: 'string', default: '' },
    /** `#` stands for a number that is another one in each. */
    body: { type: 'string', default: '' },
    first: { type: 'string', default: '0' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
  },
})

const agent = new Agent({ keepAlive: true, maxSockets: 32 })
const headers = { 'content-type': 'application/json', authorization: values.authorization }
const first = Number(values.first)
const statuses = new Map<string, number>()

function count(status: string): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
}

const sent = await openLoop({ rate: Number(values.rate), seconds: Number(values.seconds) }, (index) => {
  const webhook = request(values.url, { method: 'POST', agent, headers }, (answer) => {
    count(String(answer.statusCode))
    answer.resume()
  })
  webhook.on('error', () => count('failed'))
  webhook.end(values.body.replace('#', String(first + index)))
})
const isOver = (): boolean => [...statuses.values()].reduce((sum, one) => sum + one, 0) === sent
await waitUntil(isOver, { timeoutMs: 30_000, what: `${sent} answers` })
agent.destroy()
process.stdout.write(`  answered to the other tenant: ${[...statuses].map((one) => one.join(' ')).join(', ')}\n`)
if (statuses.has('failed')) process.exitCode = 1
