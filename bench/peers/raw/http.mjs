// The limit of the dispatcher on its HTTP client: the same requests in a loop, without Kafka, ledger or order.
import { createInfobipClient } from '../../../packages/infobip/src/index.ts'

const { url, seconds, concurrency } = JSON.parse(process.argv[2])
const client = createInfobipClient({ baseUrl: url, apiKey: 'demo-api-key' })
let next = 0
const call = () =>
  client.send({
    method: 'POST',
    path: '/omni/1/advanced',
    body: JSON.stringify({
      scenarioKey: 'AAAAAAAAAAAAABC63903B684B3E46C5DD869',
      destinations: [{ messageId: `m-${next++}`, to: { phoneNumber: '351920000001' } }],
      whatsApp: { text: 'Your parcel is on its way and will be with you tomorrow before noon.' },
    }),
  })
const loop = async (milliseconds) => {
  const until = performance.now() + milliseconds
  let count = 0
  const work = async () => {
    for (; performance.now() < until; count++) await call()
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return count
}
await loop(3_000)
const [before, startedAt] = [process.cpuUsage(), performance.now()]
const count = await loop(seconds * 1_000)
const { user, system } = process.cpuUsage(before)
process.send({ perSecond: (count * 1_000) / (performance.now() - startedAt), cpuMicros: (user + system) / count })
await client.close()
process.disconnect()
