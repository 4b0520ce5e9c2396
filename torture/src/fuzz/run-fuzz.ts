import { Agent } from 'node:http'
import * as fc from 'fast-check'
import { type Attack, type Outcome, type Target, TARGETS } from './attack.ts'
import { eachTarget, type FuzzVerdict } from './fuzz-verdict.ts'
import { type Fault, judgeOutcome } from './judge-outcome.ts'
import { floodingAttacks } from './flooding-attacks.ts'
import { ingressAttacks } from './ingress-attacks.ts'
import { mediaAttacks } from './media-attacks.ts'
import { adminAttacks, emulatorAttacks } from './other-attacks.ts'
import { rawAttacks } from './raw-attacks.ts'
import { sendAttack } from './send-attack.ts'
import { startSteadySender } from './steady-sender.ts'
import { type Memory, startTargets, type TargetOptions, type Targets } from './start-targets.ts'

export interface FuzzOptions extends TargetOptions {
  readonly requests: number
  readonly seed: number
  readonly say: (line: string) => void
}

/** So many are drawn at once; each of them is the same for a seed, whoever carries it out. */
const DRAWN_AT_ONCE = 500
const CONCURRENCY = 32
/** After these parts of the requests garbage is collected and what is held is told. */
const MARKS = [0.2, 0.6, 1]

/** Attacks servers of its own, as often as asked and as the seed says, and tells what was wrong. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzVerdict> {
  const { requests, say } = options
  await using targets = await startTargets(options)
  const attacks = attacksOn(targets)
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  const answers = eachTarget((): Record<string, number> => ({}))
  const faults: { fault: Fault; attack: Attack; outcome: Outcome }[] = []
  const memory = eachTarget((): Memory[] => [])

  async function carryOut(attack: Attack): Promise<void> {
    const outcome = await sendAttack(attack, { port: targets.running[attack.target].port, agent })
    const count = answers[attack.target]
    const name = outcome.kind === 'answered' ? String(outcome.status) : outcome.kind
    count[name] = (count[name] ?? 0) + 1
    for (const fault of judgeOutcome(attack, outcome)) faults.push({ fault, attack, outcome })
  }

  const steady = startSteadySender(targets.running.ingress.url)
  const drawn = draw(attacks, options)
  const tenth = Math.ceil(requests / 10)
  let taken = 0
  /** One that keeps its connection for seconds holds up nobody but whoever carries it out. */
  async function carryOutUntil(end: number): Promise<void> {
    while (taken < end) {
      const next = drawn.next()
      if (next.done) return
      const serial = ++taken
      await carryOut(next.value)
      if (serial % tenth === 0) say(`${serial} of ${requests}, ${faults.length} faults`)
    }
  }
  for (const mark of MARKS) {
    const end = Math.round(mark * requests)
    await Promise.all(Array.from({ length: CONCURRENCY }, () => carryOutUntil(end)))
    await measure()
  }
  agent.destroy()
  const steadyAnswers = await steady.stop()

  async function measure(): Promise<void> {
    for (const target of TARGETS) {
      if (targets.running[target].isRunning()) memory[target].push(await targets.running[target].memory())
    }
  }
  const works = await Promise.all(TARGETS.map(async (target) => ({ target, ok: await isWell(target, targets) })))
  return {
    answers,
    steady: steadyAnswers,
    faults,
    crashed: TARGETS.filter((target) => !targets.running[target].isRunning()),
    loggedErrors: eachTarget((target) => targets.running[target].errors()),
    memory,
    useless: works.filter(({ ok }) => !ok).map(({ target }) => target),
  }
}

/** As many as asked, as the seed says. */
function* draw(attacks: fc.Arbitrary<Attack>, { requests, seed }: FuzzOptions): Generator<Attack, undefined> {
  for (let done = 0; done < requests; done += DRAWN_AT_ONCE) {
    yield* fc.sample(attacks, { seed: seed * 1_000_003 + done, numRuns: Math.min(DRAWN_AT_ONCE, requests - done) })
  }
  return undefined
}

/** Mostly the two that face the internet; one in twelve is no HTTP, or not quite. */
function attacksOn({ media, webhooks }: Targets): fc.Arbitrary<Attack> {
  return fc.oneof(
    { weight: 60, arbitrary: ingressAttacks(webhooks) },
    { weight: 30, arbitrary: mediaAttacks(media) },
    { weight: 12, arbitrary: emulatorAttacks() },
    { weight: 8, arbitrary: adminAttacks() },
    { weight: 10, arbitrary: rawAttacks(TARGETS) },
    { weight: 2, arbitrary: floodingAttacks() },
  )
}

/** Whether a server still does what it is there for. */
async function isWell(target: Target, { running, media }: Targets): Promise<boolean> {
  const { url } = running[target]
  const path = target === 'media-server' ? `/acme/imchannel/getImageMessage/${media.ids[0]}` : '/readyz'
  const works = await fetch(url + path).then(
    ({ status }) => status === 200,
    () => false,
  )
  if (target !== 'ingress') return works
  const answer = await fetch(`${url}/open/imchannel/webhook`, {
    method: 'POST',
    body: '{"results":[{"after":"the attack"}]}',
    headers: { 'content-type': 'application/json' },
  }).catch(() => undefined)
  return works && answer?.status === 200
}
