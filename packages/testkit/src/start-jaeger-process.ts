import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, spawnManaged } from '@imchannel/local-stack'
import { jaegerSpans } from './jaeger-spans.ts'
import type { SpanStore } from './recorded-span.ts'
import { waitUntil } from './wait-until.ts'

/** A Jaeger v2 with its traces in memory, on free ports. */
export async function startJaegerProcess(binary: string): Promise<SpanStore> {
  const [query = 0, grpc = 0, otlp = 0] = await freePorts(3)
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-jaeger-'))
  const config = join(folder, 'jaeger.json')
  // JSON is YAML. Without a file Jaeger takes its well-known ports, which may be somebody's.
  await writeFile(config, JSON.stringify(configuration({ query, grpc, otlp })))
  let output = ''
  const child = await spawnManaged(binary, ['--config', config], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    output: (chunk) => {
      output += chunk
    },
  })
  const stop = async (): Promise<void> => {
    await child.stop(5_000)
    await rm(folder, { recursive: true, force: true })
  }
  const api = `http://127.0.0.1:${query}/api`
  const answers = async (): Promise<boolean> => !child.isRunning() || (await fetch(`${api}/services`)).ok
  await waitUntil(answers, { what: 'Jaeger answers' }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  if (!child.isRunning()) throw new Error(`Jaeger has ended; it printed:\n${output}`)
  return {
    endpoint: `http://127.0.0.1:${otlp}`,
    spans: () => jaegerSpans(api),
    [Symbol.asyncDispose]: stop,
  }
}

function on(port: number): object {
  return { endpoint: `127.0.0.1:${port}` }
}

function configuration(ports: { query: number; grpc: number; otlp: number }): object {
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: on(ports.query), grpc: on(ports.grpc) },
    },
    receivers: { otlp: { protocols: { http: on(ports.otlp) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  }
}
