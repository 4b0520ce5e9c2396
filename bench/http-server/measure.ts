// What one webhook costs before anything is done with it, by HTTP server: `node bench/http-server/measure.ts [seconds] [rounds]`
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { drive } from '../src/drive.ts'
import { cpuMicrosOf } from '../src/process-figures.ts'
import { median } from '../src/ratios.ts'
import { webhookBodies } from '../src/webhook-bodies.ts'

const seconds = Number(process.argv[2] ?? 4)
const rounds = Number(process.argv[3] ?? 3)
const names = ['node:http', 'express', 'node:net'] as const

interface Figures {
  readonly perSecond: number
  readonly cpuMicros: number
}

async function measure(name: string): Promise<Figures> {
  const server = fork(new URL('server.mjs', import.meta.url), [name])
  const [port] = (await once(server, 'message')) as [number]
  const load = {
    urls: [`http://127.0.0.1:${port}/acme/imchannel/onMessage`],
    bodies: webhookBodies(1, name),
    connections: 128,
  }
  await drive({ ...load, seconds: 3 })
  const before = cpuMicrosOf(server.pid ?? 0)
  const driven = await drive({ ...load, seconds })
  if (driven.refused > 0) throw new Error(`${name} refused ${driven.refused} of ${driven.answered}`)
  const cpuMicros = (cpuMicrosOf(server.pid ?? 0) - before) / driven.answered
  server.disconnect()
  await once(server, 'exit')
  return { perSecond: driven.perSecond, cpuMicros }
}

const measured: { name: string; figures: Figures }[] = []
for (let round = 1; round <= rounds; round++) {
  for (const name of names) measured.push({ name, figures: await measure(name) })
}

process.stdout.write('| server | webhooks/s | against node:http | CPU µs each |\n| --- | --- | --- | --- |\n')
const of = (name: string, figure: keyof Figures): number =>
  median(measured.filter((one) => one.name === name).map(({ figures }) => figures[figure]))
for (const name of names) {
  const perSecond = of(name, 'perSecond')
  const ratio = perSecond / of('node:http', 'perSecond')
  process.stdout.write(
    `| ${name} | ${perSecond.toFixed(0)} | ${ratio.toFixed(2)} | ${of(name, 'cpuMicros').toFixed(0)} |\n`,
  )
}
