import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildGo } from './contenders/go.ts'
import { oursName } from './contenders/imchannel.ts'
import { describeMachine, loadNow } from './machine.ts'
import { type Row, type Sample, toRows, toTable } from './ratios.ts'
import { startStage } from './stage.ts'
import { suspicions } from './suspicion.ts'
import { toTargetTable } from './target-table.ts'
import { targets } from './targets.ts'
import { openTopics } from './topics.ts'
import { judge } from './verdict.ts'
import { workloads } from './workloads/catalogue.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Of a machine that has nothing else to do. */
const MOST_LOAD = 1

/** What became of one workload. */
interface Outcome {
  readonly unit: string
  readonly about: string
  readonly rows: readonly Row[]
  readonly suspect: readonly string[]
  /** Why there are no figures: a run that loses is no run. */
  readonly failed?: string
}

const catalogue = workloads(
  values.profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(values.profile)}` },
)
const usage = `npm run bench -- [workload ...] [--rounds N] [--seconds 4] [--full] [--only <part of a name>] [--profile <folder>] [--json]

Measures IMChannel side by side with its peers: each starts its own processes on one Kafka and one Redis, in turns.
Ratios are taken within a round. A peer that this machine cannot build is reported as absent.
All of it is meant to end in under an hour; it says how long it took, and the machine's load. --full takes longer: every peer, twice the rounds of 10 s, and memory after 2 and 10 minutes of load.
--only runs those whose name has the text; --profile writes V8 profiles of IMChannel's services.

${Object.entries(catalogue)
  .map(([name, { about }]) => `  ${name.padEnd(20)}${about}`)
  .join('\n')}
`

const chosen = positionals.length > 0 ? positionals : Object.keys(catalogue)
const unknown = chosen.filter((name) => !Object.hasOwn(catalogue, name))

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`no such workload: ${unknown.join(', ')}\n\n`)
  process.stdout.write(usage)
  process.exitCode = values.help ? 0 : 2
} else {
  await bench()
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(text: string): void {
  if (!values.json) process.stdout.write(`${text}\n`)
}

async function bench(): Promise<void> {
  const machine = describeMachine()
  const load = { start: loadNow(), end: Number.NaN }
  const startedAt = performance.now()
  print(machine)
  const absent = await buildGo()
  if (absent !== undefined) say(`what needs the Go provider cannot be measured here: ${absent.absent}`)
  await using stage = await startStage()
  await using topics = await openTopics(stage.brokers)
  const outcomes: Record<string, Outcome> = {}
  const measured = new Map<string, readonly Sample[]>()
  for (const name of chosen) {
    const workload = catalogue[name]
    if (workload === undefined) continue
    const { unit, about, order } = workload
    say(`\n${name}: ${about}`)
    try {
      await stage.emptyRedis()
      const samples = await workload.run({
        stage,
        topics,
        rounds: Number(values.rounds ?? workload.rounds * (values.full ? 2 : 1)),
        seconds: Number(values.seconds) * (values.full ? 2 : 1),
        only: values.only,
        full: values.full,
        say,
      })
      measured.set(name, samples)
      const suspect = order === undefined ? [] : suspicions(samples, order)
      outcomes[name] = { unit, about, rows: toRows(samples, oursName), suspect }
    } catch (error) {
      const failed = error instanceof Error ? error.message : String(error)
      outcomes[name] = { unit, about, rows: [], suspect: [], failed }
      process.exitCode = 1
    }
    print(sectionOf(name, outcomes[name]))
  }
  const verdicts = targets
    .filter(({ workload }) => chosen.includes(workload))
    .map((target) => judge(target, measured.get(target.workload) ?? []))
  load.end = loadNow()
  if (verdicts.length > 0) print(`\n### Targets\n\n${toTargetTable(verdicts)}`)
  const minutes = (performance.now() - startedAt) / 60_000
  print(
    `\nLoad ${load.start.toFixed(1)} at the start, ${load.end.toFixed(1)} at the end, ${minutes.toFixed(0)} minutes.`,
  )
  if (load.start > MOST_LOAD)
    print(`**The machine had other work at the start (load above ${MOST_LOAD}): ratios count, figures do not.**`)
  const report = {
    machine,
    load,
    minutes,
    at: new Date().toISOString(),
    full: values.full,
    workloads: outcomes,
    targets: verdicts,
  }
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
}

function sectionOf(name: string, { about, unit, rows, suspect, failed }: Outcome): string {
  const body = failed === undefined ? toTable(rows, unit) : `No run: ${failed}`
  return [`\n### ${name}: ${about}\n`, body, ...suspect.map((one) => `\nSuspect: ${one}.`)].join('\n')
}
