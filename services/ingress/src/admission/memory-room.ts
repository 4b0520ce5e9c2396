const MIB = 1024 * 1024

/**
 * What becomes of each byte of a webhook until Kafka has it: the bytes, their text, parsed values, events, records and what of
 * all that is not collected yet. Measured in test/memory-factor.test.ts.
 */
export const MEMORY_PER_BYTE = 8
/** A request with its buffers and promises, before it has a body. */
export const MEMORY_PER_WEBHOOK = 8 * 1024

/** More waits for longer than any webhook's deadline. */
const MOST = 1024 * MIB

/**
 * Half of what the process may use is for webhooks, so that one of 32 MiB passes in 512 MiB: the rest is Node, code, connections,
 * the bodies of strangers, garbage.
 */
export function memoryRoom(usableBytes: number): number {
  return Math.min(MOST, Math.floor(usableBytes / 2) + MIB)
}
