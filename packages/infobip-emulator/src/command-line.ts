import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { readFileSync } from 'node:fs'
import { InvalidOptions, type EmulatorOptions } from './settings.ts'

const DEFAULT_PORT = 3010

export const usage = `Infobip emulator: Infobip and the customer's phone on your machine.

  --port N          port (PORT; default ${DEFAULT_PORT})
  --host H          address to listen on (HOST; default 127.0.0.1)
  --config FILE     JSON with any of the options (EMULATOR_CONFIG)
  --webhooks URL    where webhooks go (EMULATOR_WEBHOOK_URL; default http://127.0.0.1:3001/acme/imchannel)
  --public-url URL  where the other side reaches the emulator (EMULATOR_PUBLIC_URL)
  --data DIR        keep the state there over a restart (EMULATOR_DATA)
  --seed TEXT       everything left to chance comes from it (EMULATOR_SEED; default: drawn and printed)
  --rules R         strict judges as WhatsApp does, lenient only by what was done here (EMULATOR_RULES; default lenient)
  --openapi DIR     hold requests and answers to Infobip's OpenAPI documents (EMULATOR_OPENAPI; needs ajv)
  --scenario FILE   play a scenario once it is up
  --help            this text

EMULATOR_TRACE_LINK is the inspector's link to a trace, with {traceId} in it (default: Jaeger on this machine).

Without a configuration: API key demo-api-key, number 447860099299 with scenario
AAAAAAAAAAAAABC63903B684B3E46C5DD869, webhooks with basic auth infobip / demo-webhook-password
(EMULATOR_WEBHOOK_USERNAME, EMULATOR_WEBHOOK_PASSWORD).
`

export interface Command {
  help: boolean
  options: EmulatorOptions
  scenario?: string
}

/** Arguments before environment before configuration file. @throws InvalidOptions, or a TypeError for an unknown argument */
export function readCommand(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      config: { type: 'string' },
      webhooks: { type: 'string' },
      'public-url': { type: 'string' },
      data: { type: 'string' },
      seed: { type: 'string' },
      rules: { type: 'string' },
      openapi: { type: 'string' },
      scenario: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const file = values.config ?? env.EMULATOR_CONFIG
  const base: EmulatorOptions = file === undefined ? {} : readConfig(file)
  const port = values.port ?? env.PORT
  const options: EmulatorOptions = {
    ...base,
    port: port === undefined ? (base.port ?? DEFAULT_PORT) : toPort(port),
    ...given('host', values.host ?? env.HOST),
    ...given('publicUrl', values['public-url'] ?? env.EMULATOR_PUBLIC_URL),
    ...given('data', values.data ?? env.EMULATOR_DATA),
    // Without one, each start is another run: message ids that came before must not come again, or a gateway that
    // remembers them would take new messages for repeats.
    seed: values.seed ?? env.EMULATOR_SEED ?? base.seed ?? randomBytes(6).toString('hex'),
    ...given('traceLink', env.EMULATOR_TRACE_LINK),
    ...given('openapi', values.openapi ?? env.EMULATOR_OPENAPI),
    behaviour: { ...base.behaviour, ...given('rules', readRules(values.rules ?? env.EMULATOR_RULES)) },
    webhooks: webhooksOf(base, values.webhooks, env),
  }
  return { help: values.help, options, ...given('scenario', values.scenario) }
}

function webhooksOf(
  { webhooks }: EmulatorOptions,
  url: string | undefined,
  env: NodeJS.ProcessEnv,
): NonNullable<EmulatorOptions['webhooks']> {
  const { EMULATOR_WEBHOOK_USERNAME: username = 'infobip', EMULATOR_WEBHOOK_PASSWORD: password } = env
  return {
    ...webhooks,
    ...given('baseUrl', url ?? env.EMULATOR_WEBHOOK_URL),
    ...(password === undefined ? {} : { auth: { type: 'basic', username, password } }),
  }
}

const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: V }) // a computed key widens to string

function readRules(text: string | undefined): 'lenient' | 'strict' | undefined {
  if (text === undefined || text === '' || text === 'lenient' || text === 'strict') return text || undefined
  throw new InvalidOptions([{ path: 'rules', problem: `"${text}" is none: give lenient or strict` }])
}

function toPort(text: string): number {
  const port = Number(text)
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidOptions([{ path: 'port', problem: `"${text}" is no port: give a number from 0 to 65535` }])
}

function readConfig(file: string): EmulatorOptions {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed // its shape is checked by createEmulator
    throw new Error('it holds no JSON object')
  } catch (error) {
    throw new InvalidOptions([{ path: file, problem: error instanceof Error ? error.message : String(error) }])
  }
}
