// CPU of one POST to /omni/1/advanced over a kept connection, by client.
// `node bench/http-client/measure.mjs [calls] [rounds] [concurrency]`
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { createInfobipClient } from '../../packages/infobip/src/index.ts'

const requireOf = createRequire(new URL('../../packages/infobip/package.json', import.meta.url))
const { default: got } = await import(pathToFileURL(requireOf.resolve('got')).href)
const { Pool } = requireOf('undici')

const calls = Number(process.argv[2] ?? 3000)
const rounds = Number(process.argv[3] ?? 5)
const concurrency = Number(process.argv[4] ?? 16)

const server = fork(new URL('server.mjs', import.meta.url))
const [port] = await once(server, 'message')
const baseUrl = `http://127.0.0.1:${port}`
const url = `${baseUrl}/omni/1/advanced`
const body = JSON.stringify({
  scenarioKey: 'AAAAAAAAAAAABC63903B684B3E46C5DD869',
  destinations: [{ to: { phoneNumber: '39123456789' }, messageId: '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2' }],
  whatsApp: { text: 'Service Message - Chat Closed Success.' },
})
const headers = { authorization: 'App key', accept: 'application/json', 'content-type': 'application/json' }
const agent = new Agent({ keepAlive: true, timeout: 4_000 })
const off = { retry: { limit: 0 }, throwHttpErrors: false, followRedirect: false, decompress: false }
const timeout = { lookup: 5_000, connect: 5_000, secureConnect: 5_000, request: 20_000 }
const plain = got.extend({ agent: { http: agent } })
const tuned = got.extend({ ...off, agent: { http: agent }, responseType: 'buffer', timeout })
const pool = new Pool(baseUrl, { allowH2: false })
const infobip = createInfobipClient({ baseUrl, apiKey: 'key' })

const variants = {
  'node:http, bare': () => bare(),
  'fetch (undici of Node)': async () => {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) })
    await response.arrayBuffer()
  },
  'got, as it comes, JSON': () => plain.post(url, { headers, json: JSON.parse(body) }).json(),
  'got, promise, tuned': () => tuned.post(url, { headers, body }),
  'got, stream, tuned': () =>
    new Promise((resolve, reject) => {
      tuned.stream
        .post(url, { headers, body })
        .on('data', () => undefined)
        .on('end', resolve)
        .on('error', reject)
    }),
  'undici, Pool.request': async () => {
    const response = await pool.request({ path: '/omni/1/advanced', method: 'POST', headers, body })
    await response.body.arrayBuffer()
  },
  'undici, Pool.dispatch': () =>
    new Promise((resolve, reject) => {
      const chunks = []
      pool.dispatch(
        { path: '/omni/1/advanced', method: 'POST', headers, body },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: (_controller, chunk) => chunks.push(chunk),
          onResponseEnd: () => resolve(Buffer.concat(chunks)),
          onResponseError: (_controller, error) => reject(error),
        },
      )
    }),
  '@imchannel/infobip': () => infobip.send({ method: 'POST', path: '/omni/1/advanced', body }),
}

function bare() {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    const timer = setTimeout(() => request.destroy(new Error('timeout')), 20_000)
    request.on('response', (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        clearTimeout(timer)
        resolve(Buffer.concat(chunks))
      })
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function run(call, count) {
  let left = count
  const work = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

const figures = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
for (const call of Object.values(variants)) await run(call, 1000)
for (let round = 0; round < rounds; round += 1) {
  for (const [name, call] of Object.entries(variants)) {
    const before = process.cpuUsage()
    await run(call, calls)
    const { user, system } = process.cpuUsage(before)
    figures[name].push((user + system) / calls)
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const base = median(figures['node:http, bare'])
console.log(
  `| client | µs of CPU a call, median of ${rounds} × ${calls} | least – most | against node:http |\n| --- | --- | --- | --- |`,
)
for (const [name, values] of Object.entries(figures)) {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(Math.round)
  console.log(
    `| ${name} | ${Math.round(median(values))} | ${least} – ${most} | ${(median(values) / base).toFixed(2)} |`,
  )
}
await infobip.close()
await pool.close()
agent.destroy()
server.disconnect()
