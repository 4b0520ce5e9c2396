import { runService } from '@imchannel/lifecycle'
import { createIngress } from './service.ts'

/** In-flight webhooks have a deadline of 5 s, Kafka's producer 10 s to send what waits. */
const DRAIN_MS = 25_000

await runService({
  name: 'ingress',
  purpose: 'turns Infobip’s webhooks into Kafka events',
  drainMs: DRAIN_MS,
  create: createIngress,
})
