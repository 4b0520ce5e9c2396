import { parseArgs } from 'node:util'
import { isClean } from './check.ts'
import { commitOf } from './fleet/check-out.ts'
import { BUILDS, buildEnvOf } from './builds.ts'
import { besideNaive } from './duel/beside-naive.ts'
import { fuzz } from './fuzz/fuzz.ts'
import { planHavoc } from './havoc.ts'
import { prove } from './prove.ts'
import { toReport } from './report.ts'
import { runTest } from './run-test.ts'
import { runTorture } from './run-torture.ts'

const DRAIN_MS = 120_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '40' },
    check: { type: 'string', default: 'off' },
    prove: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    bot: { type: 'boolean', default: false },
    kills: { type: 'string', default: '100' },
    fuzz: { type: 'boolean', default: false },
    requests: { type: 'string', default: '100000' },
    scale: { type: 'boolean', default: false },
    cycles: { type: 'string', default: '10' },
    'upgrade-from': { type: 'string' },
    beside: { type: 'string' },
    plant: { type: 'string' },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** @throws with the option's name where it is no number above 0 */
function positive(name: 'minutes' | 'seed' | 'rate' | 'kills' | 'requests' | 'cycles'): number {
  const number = Number(values[name])
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0, not ${JSON.stringify(values[name])}`)
  return number
}

async function torture(): Promise<boolean> {
  const seed = positive('seed')
  const lengthMs = positive('minutes') * 60_000
  const duplicateCheck = values.check === 'on'
  const redis = seed % 2 === 0 ? 'sentinel' : 'name'
  say(
    `seed ${seed}, ${values.minutes} min of load, duplicate check ${duplicateCheck ? 'on' : 'off'}, Redis by ${redis === 'name' ? 'its name' : 'Sentinel'}`,
  )
  const steps = planHavoc(seed, lengthMs)
  const verdict = await runTorture({
    seed,
    lengthMs,
    rate: positive('rate'),
    duplicateCheck,
    redis,
    steps,
    drainMs: DRAIN_MS,
    say,
  })
  say(toReport(verdict))
  const { kills, killsThatMetARequest } = verdict.counts
  if (killsThatMetARequest * 2 < kills) say('fewer than half of the kills met an open request: this run proves little')
  return isClean(verdict) && killsThatMetARequest * 2 >= kills
}

/** @throws where there is no such gateway, or no such build */
function beside(gateway: string): Promise<boolean> {
  if (gateway !== 'naive') throw new Error(`--beside takes naive, not ${JSON.stringify(gateway)}`)
  const build = BUILDS.find(({ name }) => name === values.plant)
  if (values.plant !== undefined && build === undefined)
    throw new Error(`--plant takes one of: ${BUILDS.map(({ name }) => name).join(', ')}`)
  return besideNaive({
    seed: positive('seed'),
    lengthMs: positive('minutes') * 60_000,
    rate: positive('rate'),
    buildEnv: build === undefined ? {} : buildEnvOf(build),
    say,
  })
}

async function run(): Promise<boolean> {
  if (values.beside !== undefined) return beside(values.beside)
  if (values.fuzz) return fuzz({ requests: positive('requests'), seed: positive('seed'), say })
  if (values.bot)
    return runTest('packages/bot/test/faults/killed-bot.test.ts', { BOT_KILLS: String(positive('kills')) })
  if (values.scale) return runTest('torture/test/scaling.test.ts', { SCALING_CYCLES: String(positive('cycles')) })
  const from = values['upgrade-from']
  if (from !== undefined) {
    // The test would be skipped, which is no answer to who asked for it.
    if ((await commitOf(from)) === undefined) throw new Error(`--upgrade-from: the history here has no ${from}`)
    return runTest('torture/test/upgrade.test.ts', { UPGRADE_FROM: from })
  }
  return values.prove ? prove(say, values.only) : torture()
}

// At once: Node 24 may turn round for ever over a child that died while it was closing its handles.
process.exit((await run()) ? 0 : 1)
