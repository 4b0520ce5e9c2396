// Posts one tenant's broken webhooks at an even rate, in a process of its own. A load generator that counts by the second sends each
// second's share at once, and then it is the machine that is measured.
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import { openLoop } from '../src/open-loop.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    authorization: { type: 'string', default: '' },
    body: { type: 'string', default: '' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
  },
})

const agent = new Agent({ keepAlive: true, maxSockets: 32 })
const headers = { 'content-type': 'application/json', authorization: values.authorization }
const statuses = new Map<string, number>()

function count(status: string): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
}

await openLoop({ rate: Number(values.rate), seconds: Number(values.seconds) }, () => {
  const sent = request(values.url, { method: 'POST', agent, headers }, (answer) => {
    count(String(answer.statusCode))
    answer.resume()
  })
  sent.on('error', () => count('failed'))
  sent.end(values.body)
})
agent.destroy()
process.stdout.write(`  answered to the other tenant: ${[...statuses].map((one) => one.join(' ')).join(', ')}\n`)
