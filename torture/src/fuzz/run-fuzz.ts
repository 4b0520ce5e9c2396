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

const batchSize = 500
const concurrency = 32
/** After these parts of the requests, and after all, garbage is collected and what is held is told. */
const MARKS = [0.2, 0.6]

/** Attacks servers of its own, as often as asked and as the seed says, and tells what was wrong. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzVerdict> {
  const { requests, seed, say } = options
  await using targets = await startTargets(options)
  const attacks = attacksOn(targets)
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
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
  const tenth = Math.ceil(requests / 10)
  for (let done = 0; done < requests; done += batchSize) {
    if (done >= (MARKS[memory.ingress.length] ?? Infinity) * requests) await measure()
    const numRuns = Math.min(batchSize, requests - done)
    const queue = fc.sample(attacks, { seed: seed * 1_000_003 + done, numRuns }).values()
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const attack of queue) await carryOut(attack)
      }),
    )
    if (Math.floor((done + numRuns) / tenth) > Math.floor(done / tenth))
      say(`${done + numRuns} of ${requests}, ${faults.length} faults`)
  }
  agent.destroy()
  const steadyAnswers = await steady.stop()
  await measure()

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
