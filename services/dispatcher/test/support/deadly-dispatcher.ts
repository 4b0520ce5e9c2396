// A dispatcher that a certain text kills in the middle of its request, as a bug in the runtime would.
import { openConfig } from '@imchannel/config'
import { createLogger } from '@imchannel/logging'
import { run } from '@imchannel/lifecycle'
import { createDispatcher } from '../../src/service.ts'

const log = createLogger({ service: 'dispatcher', format: 'classic', level: 'info', privacy: 'none' })
const config = openConfig({ env: process.env, log: () => undefined })

await run(
  async () =>
    createDispatcher({
      config,
      log,
      metrics: async () => '',
      adapt: (parts) => ({
        ...parts,
        attempt: async (work, account, attempt) => {
          if (attempt.request.body?.includes('deadly') === true) process.kill(process.pid, 'SIGKILL')
          return parts.attempt(work, account, attempt)
        },
      }),
    }),
  { name: 'deadly dispatcher', drainMs: 25_000, log: (text) => log.info({ fn: 'dispatcher' }, text) },
)
