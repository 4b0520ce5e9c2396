import type { ConsentRecord } from '@imchannel/facts'
import type { IncomingRecord } from '@imchannel/kafka'

/** What a tombstone takes away, so that its copy in Redis takes away nothing that is later. */
const SINCE = 'imchannel-since'

export function sinceHeaders({ since }: ConsentRecord): Record<string, string> {
  return { [SINCE]: String(since) }
}

/** Epoch ms; of a tombstone that somebody else wrote, whatever stands there. */
export function sinceOf({ headers }: Pick<IncomingRecord, 'headers'>): number {
  const since = Number(headers[SINCE]?.toString() ?? Number.NaN)
  return Number.isNaN(since) ? Number.MAX_SAFE_INTEGER : since
}
