import type { Attack, HttpAttack, Outcome, Target } from './attack.ts'

/** What an answer must never be or show. */
export const FAULTS = ['server-error', 'no-answer', 'hung', 'not-a-problem', 'banner', 'stack', 'guessed'] as const
export type Fault = (typeof FAULTS)[number]

const problems: ReadonlySet<Target> = new Set(['ingress', 'media-server', 'dispatcher'])
/** Infobip refused a customer's media; there is too much to do; there is no room. Each is an answer that docs tell of. */
const told: ReadonlySet<number> = new Set([502, 503, 507])
/** A frame of a stack, or a path of our sources. */
const stack = /\n\s+at |node_modules|\.(?:ts|mjs|js):\d+:\d+/

/** Everything that is wrong with what came back; nothing, for a server that is well. Pure. */
export function judgeOutcome(attack: Attack, outcome: Outcome): Fault[] {
  switch (outcome.kind) {
    case 'hung':
      return ['hung']
    case 'closed':
      return attack.kind === 'http' && !isCutOff(attack) ? ['no-answer'] : []
    case 'answered':
      return [
        ...(outcome.status >= 500 && !told.has(outcome.status) ? ['server-error' as const] : []),
        ...(attack.kind === 'raw' && attack.mustRefuse && outcome.status < 400 ? ['guessed' as const] : []),
        ...((outcome.headers['server'] ?? outcome.headers['x-powered-by']) ? ['banner' as const] : []),
        ...(stack.test(outcome.body) ? ['stack' as const] : []),
        ...(isProblem(attack, outcome) ? [] : ['not-a-problem' as const]),
      ]
    default:
      return outcome satisfies never
  }
}

/** Whoever offers an upgrade and sends a body as well may lose the answer: the connection is closed with it. */
function isCutOff({ headers, body }: HttpAttack): boolean {
  return headers['upgrade'] !== undefined && body.length > 0
}

/** Whether a refusal is application/problem+json of its own status, as far as the method lets it have a body. */
function isProblem(attack: Attack, { status, headers, body }: Extract<Outcome, { kind: 'answered' }>): boolean {
  if (status < 400 || !problems.has(attack.target)) return true
  if (headers['content-type'] !== 'application/problem+json') return false
  if (attack.kind === 'raw' || attack.method === 'HEAD') return true
  try {
    const problem: unknown = JSON.parse(body)
    return typeof problem === 'object' && problem !== null && 'status' in problem && problem.status === status
  } catch {
    return false
  }
}
