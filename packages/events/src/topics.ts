/** The names of IMChannel's topics. */
export interface Topics {
  readonly inbound: string
  readonly status: string
  readonly account: string
  /** Compacted: who opted out, as it is now. */
  readonly consent: string
  /** What messages cost. */
  readonly cost: string
  readonly unrecognised: string
  /** Requests to Infobip: a diagnosis. */
  readonly attempts: string
  /** What people did by the console and the command line: who looked, who sent again. */
  readonly audit: string
  readonly outbound: string
  readonly deadletter: string
  /** Compacted: which names are one person's. */
  readonly contacts: string
  /** Compacted: the templates of each WhatsApp business account. */
  readonly templates: string
  /** Compacted: what budgets have counted. */
  readonly budgets: string
  /** Commands of one tenant whose account is not well. */
  parked(tenant: string): string
  /** Whether the system, or a bot's own bookkeeping, writes a topic: no command stands in it, whatever an expression matches. */
  isWritten(topic: string): boolean
}

/** Beside dead letters and parked commands; those that nothing writes yet are set aside. */
const WRITTEN = 'inbound status account unrecognised attempts audit cost consent templates contacts budgets'.split(' ')

/** Topic names under a prefix (`topics.prefix` of the configuration, default `imchannel`). */
export function topics(prefix = 'imchannel'): Topics {
  return {
    inbound: `${prefix}.inbound`,
    status: `${prefix}.status`,
    account: `${prefix}.account`,
    consent: `${prefix}.consent`,
    cost: `${prefix}.cost`,
    unrecognised: `${prefix}.unrecognised`,
    attempts: `${prefix}.attempts`,
    audit: `${prefix}.audit`,
    outbound: `${prefix}.outbound`,
    deadletter: `${prefix}.outbound.deadletter`,
    contacts: `${prefix}.contacts`,
    templates: `${prefix}.templates`,
    budgets: `${prefix}.budgets`,
    parked: (tenant) => `${prefix}.outbound.parked.${tenant}`,
    isWritten: (topic) =>
      topic.endsWith('.deadletter') ||
      /\.parked\.[a-z0-9-]+$/.test(topic) ||
      WRITTEN.some((name) => topic === `${prefix}.${name}`),
  }
}
