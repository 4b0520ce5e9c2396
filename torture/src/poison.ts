import type { Random } from '@imchannel/testkit'
import { markOf } from './book.ts'

/** Whose command it is, and what it is called. */
export type Head = Readonly<Record<'id' | 'tenant' | 'from' | 'to', string>>

const MB = 1_000_000

/** Of each kind one: all but the last are to be refused, and none may hold up anybody. */
export const POISONS: readonly ((head: Head) => string)[] = [manyFaults, deep, manyMembers, long]

/** Commands that cost far more than others, in rounds of all kinds: a short run meets each of them, too. */
export function createPoison(random: Random): (head: Head) => string {
  let round: typeof POISONS = []
  return (head) => {
    const [next = long, ...rest] = round.length === 0 ? random.shuffle([...POISONS]) : round
    round = rest
    return next(head)
  }
}

/** Each of its ones is a fault of its own. */
function manyFaults(head: Head): string {
  return withContent(head, `{"type":"contacts","contacts":[${'1,'.repeat(3 * MB)}1]}`)
}

function deep(head: Head): string {
  return withContent(head, '['.repeat(3 * MB))
}

function manyMembers(head: Head): string {
  const members = Array.from({ length: 300_000 }, (_, index) => `"m${index}":{}`)
  return withContent(head, `{"type":"text","text":"x",${members.join()}}`)
}

/** Large, and right: it is read alone, and sent like any other. */
export function long(head: Head): string {
  const body = { whatsApp: { text: `hello ${markOf(head.id)}` }, padding: 'x'.repeat(1.2 * MB) }
  return JSON.stringify({ ...head, content: { type: 'native', api: 'omni', body } })
}

function withContent(head: Head, content: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"content":${content}}`
}
