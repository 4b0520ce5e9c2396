// How many sends have an unknown outcome at a server that closes idle connections just when the next request may come, by client.
// `node bench/http-client/closing.mjs [sends] [concurrency] [idle ms]`
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createInfobipClient } from '../../packages/infobip/src/index.ts'

const requireOf = createRequire(new URL('../../packages/infobip/package.json', import.meta.url))
const { default: got } = await import(pathToFileURL(requireOf.resolve('got')).href)

const sends = Number(process.argv[2] ?? 10_000)
const concurrency = Number(process.argv[3] ?? 32)
const idleMs = Number(process.argv[4] ?? 20)

const server = fork(new URL('closing-server.mjs', import.meta.url), [String(idleMs)])
const [port] = await once(server, 'message')
const baseUrl = `http://127.0.0.1:${port}`
const path = '/omni/1/advanced'
const body = JSON.stringify({ scenarioKey: 'AAAAAAAAAAAABC63903B684B3E46C5DD869', whatsApp: { text: 'Your parcel.' } })
const infobip = createInfobipClient({ baseUrl, apiKey: 'key' })
const agent = new Agent({ keepAlive: true, timeout: 4_000 })
const options = { retry: { limit: 0 }, throwHttpErrors: false, agent: { http: agent } }

/** `response`, `not-sent` or `unknown`. */
const variants = {
  'got, node:http’s agent': () =>
    got.post(baseUrl + path, { ...options, body }).then(
      () => 'response',
      ({ code }) => (code === 'ECONNREFUSED' ? 'not-sent' : 'unknown'),
    ),
  '@imchannel/infobip': async () => (await infobip.send({ method: 'POST', path, body })).kind,
}

console.log('| client | sends | not sent | unknown | of all |\n| --- | --- | --- | --- | --- |')
for (const [name, send] of Object.entries(variants)) {
  const counts = { response: 0, 'not-sent': 0, unknown: 0 }
  let left = sends
  const work = async () => {
    while (left-- > 0) {
      counts[await send()]++
      // Before the moment at which the server closes, after it, and in it.
      await sleep(Math.random() * 2 * idleMs)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const share = ((100 * counts.unknown) / sends).toFixed(2)
  console.log(`| ${name} | ${sends} | ${counts['not-sent']} | ${counts.unknown} | ${share} % |`)
}
await infobip.close()
agent.destroy()
server.disconnect()
