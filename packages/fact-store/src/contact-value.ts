import type { ContactRecord, Link } from '@imchannel/facts'

/** A record as Redis has it, and when it was last written, epoch ms. */
export interface HeldContact {
  readonly record: ContactRecord
  readonly writtenAt: number
}

interface Value {
  readonly s: number
  readonly w: number
  readonly k?: readonly [string, number]
  readonly l?: readonly (readonly [string, number] | readonly [string, number, 1])[]
  readonly u?: readonly [string, number]
  readonly d?: number
  readonly c?: number
}

/** JSON with names of one letter: there is one of each customer’s names. */
export function encodeContact(record: ContactRecord, writtenAt: number): string {
  const { name, since, key, links, username, unconfirmedAt, confirmedAt } = record
  const value: Value = {
    s: since,
    w: writtenAt,
    ...(key.name === name && key.since === since ? {} : { k: [key.name, key.since] }),
    ...(links.size === 0 ? {} : { l: [...links].map(encodeLink) }),
    ...(username === undefined ? {} : { u: [username.value, username.at] }),
    ...(unconfirmedAt === undefined ? {} : { d: unconfirmedAt }),
    ...(confirmedAt === undefined ? {} : { c: confirmedAt }),
  }
  return JSON.stringify(value)
}

function encodeLink([name, { at, moved }]: [string, Link]): [string, number] | [string, number, 1] {
  return moved === true ? [name, at, 1] : [name, at]
}

/** Undefined for nothing, and for what another version wrote. */
export function decodeContact(name: string, answer: unknown): HeldContact | undefined {
  if (typeof answer !== 'string' || !answer.startsWith('{"s":')) return undefined
  // `as`: written by `encodeContact` alone.
  const { s: since, w: writtenAt, k, l = [], u, d, c } = JSON.parse(answer) as Value
  return {
    writtenAt,
    record: {
      name,
      since,
      key: k === undefined ? { name, since } : { name: k[0], since: k[1] },
      links: new Map(l.map(([other, at, moved]) => [other, moved === 1 ? { at, moved: true } : { at }])),
      ...(u === undefined ? {} : { username: { value: u[0], at: u[1] } }),
      ...(d === undefined ? {} : { unconfirmedAt: d }),
      ...(c === undefined ? {} : { confirmedAt: c }),
    },
  }
}
