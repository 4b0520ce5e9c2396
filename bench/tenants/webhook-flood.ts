// Posts one tenant's broken webhooks at a rate, in a process of its own.
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    authorization: { type: 'string', default: '' },
    body: { type: 'string', default: '' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
  },
})

await autocannon({
  url: values.url,
  method: 'POST',
  connections: 32,
  overallRate: Number(values.rate),
  duration: Number(values.seconds),
  headers: { 'content-type': 'application/json', authorization: values.authorization },
  body: values.body,
})
