import { once } from 'node:events'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Contender } from '../src/contenders/contender.ts'
import { buildGo, startGoProvider } from '../src/contenders/go.ts'
import { imchannel } from '../src/contenders/imchannel.ts'
import { describeMachine } from '../src/machine.ts'
import { type Sample, toRows, toTable } from '../src/ratios.ts'
import { startStage } from '../src/stage.ts'
import { openTopics } from '../src/topics.ts'
import { dispatcherInTurns, ingressInTurns } from './in-turns.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '8' },
    commands: { type: 'string', default: '1500' },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
  },
})
const workloads = ['ingress-1', 'ingress-20', 'dispatcher-20'] as const
const chosen = workloads.filter((name) => positionals.length === 0 || positionals.includes(name))

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Ingress and dispatcher without an endpoint, with every trace sampled, and with one in ten. */
async function measure(): Promise<void> {
  print(describeMachine())
  const endpoint = await startSink()
  const off = contender('tracing off', {})
  const contenders = [
    off,
    contender('every trace', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
    contender('one trace in ten', {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }),
  ].filter(({ name }) => name === off.name || name.includes(values.only))
  await using stage = await startStage()
  await using topics = await openTopics(stage.brokers)
  const options = { rounds: Number(values.rounds), say, contenders }

  const run: Record<(typeof workloads)[number], () => Promise<Sample[]>> = {
    'ingress-1': () => ingressInTurns(stage, topics, { ...options, results: 1 }),
    'ingress-20': () => ingressInTurns(stage, topics, { ...options, results: 20 }),
    'dispatcher-20': async () => {
      const absent = await buildGo()
      if (absent !== undefined) throw new Error(`the dispatcher’s provider cannot be built here: ${absent.absent}`)
      await using provider = await startGoProvider(stage, { latencyMs: 20 })
      const { origin } = new URL(provider.url)
      return dispatcherInTurns(stage, topics, { ...options, provider: origin, commands: Number(values.commands) })
    },
  }
  for (const name of chosen) {
    const rows = toRows(await run[name](), off.name)
    print(`\n### ${name}\n\n${toTable(rows, name.startsWith('ingress') ? 'results/s' : 'sends/s')}`)
  }
}

/** One that is profiled has a folder of its own, so that the two can be laid side by side. */
function contender(name: string, env: NodeJS.ProcessEnv): Contender {
  if (values.profile === undefined) return imchannel(name, env)
  const folder = resolve(values.profile, name.replaceAll(' ', '-'))
  return imchannel(name, { ...env, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` })
}

/** Takes spans and forgets them: what is measured is what a service spends on them. */
async function startSink(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200).end())
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return `http://127.0.0.1:${address.port}`
}

await measure()
