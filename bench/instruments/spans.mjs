// CPU of one span: none sampled, one in twenty, and all, sent by the SDK's batches. `node bench/instruments/spans.mjs [spans] [rounds]`
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const requireOf = createRequire(new URL('../../packages/telemetry/package.json', import.meta.url))
const load = (name, require = requireOf) => import(pathToFileURL(require.resolve(name)).href)
const collector = createServer((request, response) => request.resume().on('end', () => response.end()))
await new Promise((resolve) => collector.listen(0, '127.0.0.1', resolve))
process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${collector.address().port}`
const sdk = createRequire(requireOf.resolve('@opentelemetry/sdk-node'))
const { TracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } =
  await load('@opentelemetry/sdk-trace')
const { OTLPTraceExporter } = await load('@opentelemetry/exporter-trace-otlp-proto', sdk)
const spans = Number(process.argv[2] ?? 20_000)
const rounds = Number(process.argv[3] ?? 9)
const queue = { maxQueueSize: 100_000 }

const tracerOf = (ratio, processor) =>
  new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [processor],
  }).getTracer('bench')
const create = () => new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...queue })
const processors = [create(), create(), create()]
const variants = {
  none: [tracerOf(0, processors[0]), processors[0]],
  '5 %': [tracerOf(0.05, processors[1]), processors[1]],
  all: [tracerOf(1, processors[2]), processors[2]],
}
const attributes = {
  'imchannel.tenant': 'acme',
  'messaging.system': 'kafka',
  'messaging.destination.name': 'imchannel.status',
}
const figures = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const [name, [tracer, processor]] of Object.entries(variants)) {
    const before = process.cpuUsage()
    for (let index = 0; index < spans; index++) {
      tracer.startSpan('send imchannel.status', { attributes }).setAttribute('imchannel.outcome', 'accepted').end()
      if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await processor.forceFlush()
    const { user, system } = process.cpuUsage(before)
    // The first round is for the compiler.
    if (round > 0) figures[name].push((user + system) / spans)
  }
}
console.log(`| what | µs of CPU a span, median of ${rounds} × ${spans} | least – most |\n| --- | --- | --- |`)
for (const [name, all] of Object.entries(figures)) {
  const sorted = all.toSorted((a, b) => a - b)
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  console.log(`| ${name} | ${median.toFixed(2)} | ${least.toFixed(2)} – ${most.toFixed(2)} |`)
}
await Promise.all(processors.map((processor) => processor.shutdown()))
collector.close()
