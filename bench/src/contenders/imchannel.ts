import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PROGRAMS } from '@imchannel/local-stack'
import type { Stage } from '../stage.ts'
import type { Contender } from './contender.ts'
import { runProcess } from './run-process.ts'

/** Two hundred senders of four accounts: pacing is in the path and not the limit. */
export const senders = Array.from({ length: 200 }, (_, index) => String(447_860_100_000 + index))

/** What `LOG_FORMAT`, tracing and so on are measured with: the defaults, but where `env` says otherwise. */
export function imchannel(name = 'IMChannel', env: NodeJS.ProcessEnv = {}): Contender {
  return {
    name,
    prepare: async () => undefined,
    async startIngress(stage, prefix) {
      const config = await writeConfig(stage, prefix, 'http://127.0.0.1:9')
      return run(stage, 'ingress', config, env)
    },
    async startDispatcher(stage, prefix, provider) {
      const config = await writeConfig(stage, prefix, provider)
      return run(stage, 'dispatcher', config, env)
    },
  }
}

function run(stage: Stage, service: 'ingress' | 'dispatcher', config: string, env: NodeJS.ProcessEnv) {
  return runProcess(stage, service, {
    command: process.execPath,
    args: () => [PROGRAMS[service]],
    env: (port) => ({ IMCHANNEL_CONFIG: config, PORT: String(port), ...env }),
    readyPath: '/readyz',
  })
}

async function writeConfig(stage: Stage, prefix: string, provider: string): Promise<string> {
  const file = join(stage.folder, `${prefix}.yaml`)
  const accounts = [0, 1, 2, 3].map((account) => ({
    baseUrl: provider,
    apiKey: `demo-api-key`,
    senders: senders
      .filter((_, index) => index % 4 === account)
      .map((number) => ({ number, scenarioKey: 'AAAAAAAAAAAAABC63903B684B3E46C5DD869' })),
  }))
  await writeFile(
    file,
    // JSON is YAML.
    JSON.stringify({
      kafka: { brokers: stage.brokers },
      redis: { url: stage.redisUrl },
      publicUrl: 'http://127.0.0.1:9',
      topics: { prefix, outbound: [`${prefix}.outbound`] },
      tenants: {
        acme: {
          webhookAuth: { type: 'basic', username: 'infobip', password: 'demo-webhook-password' },
          mediaTokens: ['demo-media-token'],
          accounts,
        },
      },
    }),
  )
  return file
}
