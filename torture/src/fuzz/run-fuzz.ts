import { Agent } from 'node:http'
import * as fc from 'fast-check'
import { type Attack, type Outcome, type Target, TARGETS } from './attack.ts'
import { FAULTS, type Fault, judgeOutcome } from './judge-outcome.ts'
import { ingressAttacks } from './ingress-attacks.ts'
import { mediaAttacks } from './media-attacks.ts'
import { adminAttacks, emulatorAttacks } from './other-attacks.ts'
import { rawAttacks } from './raw-attacks.ts'
import { sendAttack } from './send-attack.ts'
import { type Memory, startTargets, type TargetOptions, type Targets } from './start-targets.ts'

export interface FuzzOptions extends TargetOptions {
  readonly requests: number
  readonly seed: number
  readonly say: (line: string) => void
}

export interface FuzzVerdict {
  /** How many answers had each status, by target; "closed" and "hung" beside them. */
  readonly answers: Readonly<Record<Target, Readonly<Record<string, number>>>>
  /** Each fault with what caused it. */
  readonly faults: readonly { readonly fault: Fault; readonly attack: Attack; readonly outcome: Outcome }[]
  readonly crashed: readonly Target[]
  readonly loggedErrors: Readonly<Record<Target, readonly string[]>>
  /** After a tenth of the requests and after all of them. */
  readonly memory: Readonly<Record<Target, { readonly before: Memory; readonly after: Memory }>>
  /** Servers that do not do their work any more. */
  readonly useless: readonly Target[]
}

const batchSize = 500
const concurrency = 32

/** Attacks servers of its own, as often as asked and as the seed says, and tells what was wrong. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzVerdict> {
  const { requests, seed, say } = options
  await using targets = await startTargets(options)
  const attacks = attacksOn(targets)
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const answers = Object.fromEntries(TARGETS.map((target) => [target, {} as Record<string, number>])) as Record<
    Target,
    Record<string, number>
  > // one for each
  const faults: { fault: Fault; attack: Attack; outcome: Outcome }[] = []
  const before: Partial<Record<Target, Memory>> = {}

  async function carryOut(attack: Attack): Promise<void> {
    const outcome = await sendAttack(attack, { port: targets.running[attack.target].port, agent })
    const count = answers[attack.target]
    const name = outcome.kind === 'answered' ? String(outcome.status) : outcome.kind
    count[name] = (count[name] ?? 0) + 1
    for (const fault of judgeOutcome(attack, outcome)) faults.push({ fault, attack, outcome })
  }

  const warm = Math.ceil(requests / 10)
  for (let done = 0; done < requests; done += batchSize) {
    if (before.ingress === undefined && done >= warm) await measure(before)
    const numRuns = Math.min(batchSize, requests - done)
    const queue = fc.sample(attacks, { seed: seed * 1_000_003 + done, numRuns }).values()
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const attack of queue) await carryOut(attack)
      }),
    )
    if (Math.floor((done + numRuns) / warm) > Math.floor(done / warm))
      say(`${done + numRuns} of ${requests}, ${faults.length} faults`)
  }
  if (before.ingress === undefined) await measure(before)
  agent.destroy()
  const after: Partial<Record<Target, Memory>> = {}
  await measure(after)

  async function measure(into: Partial<Record<Target, Memory>>): Promise<void> {
    for (const target of TARGETS) {
      if (targets.running[target].isRunning()) into[target] = await targets.running[target].memory()
    }
  }
  const nothing = { rss: 0, held: 0 }
  const each = <T>(read: (target: Target) => T): Record<Target, T> =>
    Object.fromEntries(TARGETS.map((target) => [target, read(target)])) as Record<Target, T> // one for each
  const works = await Promise.all(TARGETS.map(async (target) => ({ target, ok: await isWell(target, targets) })))
  return {
    answers,
    faults,
    crashed: TARGETS.filter((target) => !targets.running[target].isRunning()),
    loggedErrors: each((target) => targets.running[target].errors()),
    memory: each((target) => ({ before: before[target] ?? nothing, after: after[target] ?? nothing })),
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

/** Whether memory is where it was: of what is held, a quarter more and 16 MiB are caches that were not full yet. */
export function isSteady({ before, after }: { before: Memory; after: Memory }): boolean {
  return after.held <= before.held * 1.25 + 16 * 1024 * 1024
}

export function isClean({ faults, crashed, useless, memory }: FuzzVerdict): boolean {
  return faults.length + crashed.length + useless.length === 0 && TARGETS.every((target) => isSteady(memory[target]))
}

/** The verdict as it is read. */
export function fuzzReport({ answers, faults, crashed, loggedErrors, memory, useless }: FuzzVerdict): string {
  const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)
  return [
    ...TARGETS.map(
      (target) =>
        `${target}: ${Object.entries(answers[target])
          .map(([name, count]) => `${name} ${count}`)
          .join('  ')}`,
    ),
    ...TARGETS.map((target) => {
      const { before, after } = memory[target]
      return `${target} after a collection: held ${mib(before.held)} MiB after a tenth, ${mib(after.held)} in the end; resident ${mib(before.rss)}, ${mib(after.rss)}`
    }),
    ...TARGETS.flatMap((target) => loggedErrors[target].slice(0, 3).map((line) => `${target} logged: ${line}`)),
    FAULTS.map((fault) => `${fault} ${faults.filter((one) => one.fault === fault).length}`).join('  '),
    `crashed ${crashed.length === 0 ? 'none' : crashed.join(', ')}; not doing their work ${useless.length === 0 ? 'none' : useless.join(', ')}`,
    ...faults
      .slice(0, 10)
      .map(({ fault, attack, outcome }) => `  ${fault}: ${shown(attack)} -> ${JSON.stringify(outcome).slice(0, 300)}`),
  ].join('\n')
}

function shown(attack: Attack): string {
  if (attack.kind === 'raw')
    return `${attack.target} raw ${JSON.stringify(Buffer.concat(attack.pieces).toString('latin1').slice(0, 300))}`
  const { target, method, path, headers, body } = attack
  return `${target} ${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 500)} ${JSON.stringify(body.toString('latin1').slice(0, 300))}`
}
