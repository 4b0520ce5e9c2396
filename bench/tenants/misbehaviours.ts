import type { ProviderOptions } from './provider.ts'

/** What the other tenant does, and what its Infobip answers. */
export interface Misbehaviour {
  about: string
  /** Commands a second that it writes to the same partition; its sender may send 80. */
  perSecond: number
  provider: ProviderOptions
}

export const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  flood: { about: 'commands at 20 times the limit of its sender', perSecond: 1_600, provider: {} },
  'bad-key': {
    about: 'commands at its limit, its key refused',
    perSecond: 80,
    provider: { answer: (response) => void response.writeHead(401).end('{}') },
  },
  slow: {
    about: 'commands at its limit, each answered after 10 s',
    perSecond: 80,
    provider: { answer: (response) => void setTimeout(() => response.writeHead(200).end('{}'), 10_000) },
  },
}
