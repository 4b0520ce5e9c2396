import { createServer } from 'node:http'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { buildGo } from '../src/contenders/go.ts'
import { imchannel } from '../src/contenders/imchannel.ts'
import { describeMachine } from '../src/machine.ts'
import { toRows, toTable } from '../src/ratios.ts'
import { startStage } from '../src/stage.ts'
import { openTopics } from '../src/topics.ts'
import { measureDispatcher } from '../src/workloads/dispatcher-throughput.ts'
import { measureIngress } from '../src/workloads/ingress-throughput.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    commands: { type: 'string', default: '10000' },
  },
})

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Ingress and dispatcher without an endpoint, with every trace sampled, and with one in ten, in turns. */
async function measure(): Promise<void> {
  const { rounds, seconds, commands } = values
  print(describeMachine())
  const endpoint = await startSink()
  const off = imchannel('tracing off')
  const contenders = [
    off,
    imchannel('every trace', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
    imchannel('one trace in ten', {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }),
  ]
  await using stage = await startStage()
  await using topics = await openTopics(stage.brokers)
  const options = { rounds: Number(rounds), seconds: Number(seconds), say, contenders }
  for (const results of [1, 20]) {
    const rows = toRows(await measureIngress(stage, topics, { ...options, results }), off.name)
    print(`\n### ingress, ${results} a webhook\n\n${toTable(rows, 'results/s')}`)
  }
  const absent = await buildGo()
  if (absent !== undefined) return print(`\nthe dispatcher's provider cannot be built here: ${absent.absent}`)
  const sent = await measureDispatcher(stage, topics, { ...options, latencyMs: 20, commands: Number(commands) })
  print(`\n### dispatcher, a provider that answers after 20 ms\n\n${toTable(toRows(sent, off.name), 'sends/s')}`)
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
