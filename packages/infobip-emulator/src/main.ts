#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { playScenario } from './phone/scenario.ts'
import { readCommand, usage, type Command } from './command-line.ts'
import { createEmulator, type Emulator } from './emulator.ts'
import { reportSpans } from './report-spans.ts'

// A reader that went away is no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

async function start({ options, scenario }: Command): Promise<Emulator> {
  const emulator = await createEmulator(options, { warn: complain })
  const [account] = emulator.settings.accounts
  say(`Infobip emulator: ${emulator.url} (the phone is at /, the control paths under /_emulator/)`)
  say(
    `webhooks go to ${account?.webhooks?.baseUrl ?? emulator.settings.webhooks.baseUrl ?? 'nowhere but where a request says'}`,
  )
  say(`seed: ${emulator.settings.seed}`)
  if (scenario !== undefined) {
    await playScenario(emulator, JSON.parse(readFileSync(scenario, 'utf8')), say)
    say('the scenario was played to its end')
  }
  return emulator
}

function failure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE') return `${error.message}: set PORT or --port to another`
  return error.message
}

try {
  const command = readCommand(process.argv.slice(2), process.env)
  if (command.help) say(usage)
  else {
    const emulator = await start(command)
    const endpoint = process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
    const spans = endpoint === undefined || endpoint === '' ? undefined : reportSpans(emulator.store, endpoint)
    let stopping = false
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => {
        // A second signal means now.
        if (stopping) process.exit(code)
        stopping = true
        Promise.all([emulator.stop(), spans?.stop()]).then(
          () => process.exit(0),
          (error: unknown) => {
            complain(failure(error))
            process.exit(1)
          },
        )
      })
    }
  }
} catch (error) {
  complain(`Infobip emulator: ${failure(error)}`)
  process.exitCode = 1
}
