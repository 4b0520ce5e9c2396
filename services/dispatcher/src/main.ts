import { runService } from '@imchannel/lifecycle'
import { createDispatcher } from './service.ts'

/** Longer than the drain of requests on their way. */
const DRAIN_MS = 30_000

await runService({
  name: 'dispatcher',
  purpose: 'turns bots’ commands into Infobip calls',
  drainMs: DRAIN_MS,
  create: ({ config, log, telemetry }) => createDispatcher({ config, log, metrics: () => telemetry.metricsText() }),
})
