import { createRandom } from '@imchannel/testkit'

/** What strikes both contenders alike. */
export const BLOWS = {
  dispatcher: 'kill -9 the dispatcher',
  ingress: 'kill -9 ingress',
  kafka: 'kill -9 Kafka',
  redis: 'empty Redis',
  answers: 'take the message, drop the answer',
} as const
export type Blow = keyof typeof BLOWS

export function isBlow(name: string): name is Blow {
  return Object.hasOwn(BLOWS, name)
}

/** How long what was killed stays away. */
export const DOWN_MS = 1_500
/** So many sends in a row get no answer. */
export const DROPPED = 3

const FIRST_MS = 6_000
const BETWEEN_MS = [4_000, 9_000] as const

/** Every kind once in each round, in an order that the seed decides. */
export function planBlows(seed: number, lengthMs: number): { atMs: number; blow: Blow }[] {
  const random = createRandom(seed)
  const plan: { atMs: number; blow: Blow }[] = []
  let round: Blow[] = []
  for (let atMs = FIRST_MS; atMs < lengthMs; atMs += random.between(...BETWEEN_MS)) {
    if (round.length === 0) round = random.shuffle(Object.keys(BLOWS).filter(isBlow))
    const blow = round.pop()
    if (blow !== undefined) plan.push({ atMs, blow })
  }
  return plan
}
