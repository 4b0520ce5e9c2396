import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { checkout, nodeArguments, nodeEnvironment, PROGRAMS } from '@imchannel/local-stack'
import { senders } from '../conversations.ts'
import type { Stage } from '../stage.ts'
import type { Contender } from './contender.ts'
import { runProcess } from './run-process.ts'

export const oursName = 'IMChannel'

/** Bots upload with it. */
export const mediaToken = 'demo-media-token'

/** What a process is started under: a limit of its memory, the cores that it may use. */
export interface Confinement {
  readonly under: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** What `LOG_FORMAT`, tracing and so on are measured with: the defaults, but where `env` says otherwise. */
export function imchannel(name = oursName, env: NodeJS.ProcessEnv = {}, confinement?: Confinement): Contender {
  return {
    name,
    prepare: async () => undefined,
    async startIngress(stage, prefix) {
      const config = await writeConfig(stage, prefix, 'http://127.0.0.1:9')
      return run(stage, 'ingress', config, { env, confinement })
    },
    async startDispatcher(stage, prefix, provider) {
      const config = await writeConfig(stage, prefix, provider)
      return run(stage, 'dispatcher', config, { env, confinement })
    },
    async startMediaServer(stage, prefix) {
      const config = await writeConfig(stage, prefix, 'http://127.0.0.1:9')
      return run(stage, 'media-server', config, { env, confinement })
    },
  }
}

/** As in the images: Node's compile cache is there, so that nobody strips types, or holds in memory what does, at a start. */
function run(
  stage: Stage,
  service: 'ingress' | 'dispatcher' | 'media-server',
  config: string,
  { env, confinement }: { env: NodeJS.ProcessEnv; confinement?: Confinement | undefined },
) {
  const compiled = join(stage.folder, 'compile-cache', service)
  if (!existsSync(compiled)) {
    const once = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled }
    execFileSync(process.execPath, [PROGRAMS[service], '--help'], { cwd: checkout, env: once, stdio: 'ignore' })
  }
  const [command, ...before] = [...(confinement?.under ?? []), process.execPath]
  return runProcess(stage, service, {
    command,
    args: () => [...before, ...nodeArguments(service)],
    env: (port) => ({
      ...nodeEnvironment(service),
      IMCHANNEL_CONFIG: config,
      PORT: String(port),
      NODE_COMPILE_CACHE: compiled,
      ...env,
      ...confinement?.env,
    }),
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
          mediaTokens: [mediaToken],
          accounts,
        },
      },
    }),
  )
  return file
}
