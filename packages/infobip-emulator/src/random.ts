/** A seeded source of everything that is left to chance, so that a run can be had again. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** An integer in [0, below). */
  below(bound: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** So many characters of the alphabet. */
  text(length: number, alphabet?: string): string
  /** A UUID, version 4 by its form. */
  uuid(): string
  /** A generator of its own, so that one use does not disturb another. */
  stream(name: string): Random
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** FNV-1a: a 32-bit state from any text. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

export function createRandom(seed: string): Random {
  // mulberry32: small, fast, and good enough to choose ids and faults; never for secrets.
  let state = hash(seed)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  const text = (length: number, alphabet = ALPHANUMERIC): string =>
    Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join('')
  return {
    next,
    below,
    text,
    chance: (probability) => next() < probability,
    uuid: () => {
      const hex = text(32, '0123456789abcdef')
      const variant = '89ab'.charAt(below(4))
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
    },
    stream: (name) => createRandom(`${seed}/${name}`),
  }
}
