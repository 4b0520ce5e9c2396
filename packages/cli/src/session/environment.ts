import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

type Environment = Readonly<Record<string, string | undefined>>

const checkout = fileURLToPath(new URL('../../../../', import.meta.url))
/** The demo's configuration: of the checkout, or the copy that the published package brings. */
const demoConfigs = ['../../../../infra/demo/imchannel.yaml', '../../demo/imchannel.yaml'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** What `npm start` gives the demo configuration where nothing else is set. */
const DEMO = {
  KAFKA_PORT: '9092',
  REDIS_PORT: '6379',
  MEDIA_PORT: '3003',
  EMULATOR_URL: 'http://127.0.0.1:3010',
  IMCHANNEL_DATA: '.imchannel',
} as const

/**
 * The environment with the configuration file in force: `--config`, IMCHANNEL_CONFIG, `imchannel.yaml` here or in the
 * checkout, else the demo that `npm start` runs.
 */
export function withConfigFile(env: Environment, option: string | undefined): Environment {
  const named = option ?? env['IMCHANNEL_CONFIG']
  if (named) return { ...env, IMCHANNEL_CONFIG: resolve(named) }
  const own = [resolve('imchannel.yaml'), join(checkout, 'imchannel.yaml')].find((file) => existsSync(file))
  if (own !== undefined) return { ...env, IMCHANNEL_CONFIG: own }
  const emulator = env['EMULATOR_PORT'] ? { EMULATOR_URL: `http://127.0.0.1:${env['EMULATOR_PORT']}` } : {}
  return { ...DEMO, ...emulator, ...env, IMCHANNEL_CONFIG: demoConfigs.find((file) => existsSync(file)) }
}
