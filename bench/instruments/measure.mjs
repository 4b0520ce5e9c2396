// CPU of one count, one duration and one line, by who keeps them. `node bench/instruments/measure.mjs [thousands] [rounds]`
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Counter, Histogram, Registry } from 'prom-client'
import SonicBoom from 'sonic-boom'
import { createLineSink } from '../../packages/logging/src/line-sink.ts'
import { createTally, createTimings } from './own-tallies.mjs'

const requireOf = createRequire(new URL('../../packages/telemetry/package.json', import.meta.url))
const { MeterProvider, MetricReader } = await import(
  pathToFileURL(requireOf.resolve('@opentelemetry/sdk-metrics')).href
)
const calls = 1_000 * Number(process.argv[2] ?? 50)
const rounds = Number(process.argv[3] ?? 15)

class Reader extends MetricReader {
  onForceFlush = () => Promise.resolve()
  onShutdown = () => Promise.resolve()
}
// Without a reader the SDK keeps nothing.
const meter = new MeterProvider({ readers: [new Reader()] }).getMeter('bench')
const labels = ['tenant', 'account', 'outcome']
const values = [
  ['acme', 'main', 'accepted'],
  ['acme', 'main', 'rejected'],
  ['shop', 'main', 'accepted'],
]
const named = values.map((of) => Object.fromEntries(labels.map((label, at) => [label, of[at]])))
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const registers = [new Registry()]
const tally = createTally(labels)
const timings = createTimings(labels, buckets)
const sdkCounter = meter.createCounter('sdk')
const sdkHistogram = meter.createHistogram('sdk.seconds', { advice: { explicitBucketBoundaries: buckets } })
const promCounter = new Counter({ name: 'prom', help: 'd', labelNames: labels, registers })
const promHistogram = new Histogram({ name: 'prom_seconds', help: 'd', labelNames: labels, buckets, registers })

const path = join(tmpdir(), `instruments-${process.pid}.log`)
const descriptor = openSync(path, 'w')
const sink = createLineSink(descriptor)
const sonic = new SonicBoom({ fd: openSync(path, 'a'), sync: false, minLength: 0 })
const line = `[IMCHANNEL] [dispatcher] [INFO] ${'x'.repeat(400)}`
const batch = (write) => async (index) => {
  write(index)
  // As many as a turn of a busy service has.
  if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
}

const variants = {
  'count: own tally': (index) => tally(1, values[index % 3]),
  'count: OpenTelemetry’s SDK': (index) => sdkCounter.add(1, { ...named[index % 3] }),
  'count: prom-client': (index) => promCounter.inc({ ...named[index % 3] }, 1),
  'duration: own': (index) => timings(0.02 * (index % 7), values[index % 3]),
  'duration: OpenTelemetry’s SDK': (index) => sdkHistogram.record(0.02 * (index % 7), { ...named[index % 3] }),
  'duration: prom-client': (index) => promHistogram.observe({ ...named[index % 3] }, 0.02 * (index % 7)),
  'turns alone': batch(() => undefined),
  'line: own sink': batch(() => sink.write(line)),
  'line: sonic-boom': batch(() => sonic.write(`${line}\n`)),
}
const figures = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const [name, call] of Object.entries(variants)) {
    const before = process.cpuUsage()
    for (let index = 0; index < calls; index++) {
      const pending = call(index)
      if (pending !== undefined) await pending
    }
    const { user, system } = process.cpuUsage(before)
    // The first round is for the compiler.
    if (round > 0) figures[name].push((user + system) / calls)
  }
}
console.log(`| what | µs of CPU, median of ${rounds} × ${calls} | least – most |\n| --- | --- | --- |`)
for (const [name, all] of Object.entries(figures)) {
  const sorted = all.toSorted((a, b) => a - b)
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  console.log(`| ${name} | ${median.toFixed(2)} | ${least.toFixed(2)} – ${most.toFixed(2)} |`)
}
await sink.flush()
closeSync(descriptor)
sonic.destroy()
unlinkSync(path)
