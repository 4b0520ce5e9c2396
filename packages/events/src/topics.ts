/** The names of IMChannel's topics. */
export interface Topics {
  readonly inbound: string
  readonly status: string
  readonly account: string
  readonly unrecognised: string
  readonly outbound: string
  readonly deadletter: string
  /** Commands of one tenant whose account is not well. */
  parked(tenant: string): string
}

/** Topic names under a prefix (`topics.prefix` of the configuration, default `imchannel`). */
export function topics(prefix = 'imchannel'): Topics {
  return {
    inbound: `${prefix}.inbound`,
    status: `${prefix}.status`,
    account: `${prefix}.account`,
    unrecognised: `${prefix}.unrecognised`,
    outbound: `${prefix}.outbound`,
    deadletter: `${prefix}.outbound.deadletter`,
    parked: (tenant) => `${prefix}.outbound.parked.${tenant}`,
  }
}
