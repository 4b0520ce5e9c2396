import { CHUNK_BYTES } from '@imchannel/media-store'

/** GETs that are being answered. */
export interface Readers {
  /** @returns to be called once it is answered; undefined where there are too many, in all or of this network */
  enter(network: string): (() => void) | undefined
}

/** The piece that is being written, and the next one, which Redis is asked for meanwhile. */
const BYTES_PER_READER = 2 * CHUNK_BYTES
/** Of what the process may use. */
const MEMORY_SHARE = 0.25
/** Redis answers one after the other: behind more pieces than these a HEAD would wait for longer than it may. */
const MOST = 512
/** What a network may hold, of what it leaves free: a single one takes three quarters, and the next finds room. */
const NETWORKS_SHARE = 3

/** Bounds what those hold that read slowly, or much at once, and keeps a part for others. */
export function createReaders(usableBytes: number): Readers {
  const most = Math.min(MOST, Math.floor((MEMORY_SHARE * usableBytes) / BYTES_PER_READER))
  const byNetwork = new Map<string, number>()
  let all = 0

  return {
    enter: (network) => {
      const own = byNetwork.get(network) ?? 0
      const left = most - all - 1
      if (left < 0 || (own > 0 && own + 1 > NETWORKS_SHARE * left)) return undefined
      all++
      byNetwork.set(network, own + 1)
      return () => {
        all--
        const others = (byNetwork.get(network) ?? 1) - 1
        if (others === 0) byNetwork.delete(network)
        else byNetwork.set(network, others)
      }
    },
  }
}
