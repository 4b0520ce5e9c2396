import { randomFillSync } from 'node:crypto'

const OWNER_BYTES = 6
const pool = Buffer.alloc(OWNER_BYTES * 512)
let used = pool.length

/** A token for one claim: two claims of one process differ, so that an older self is as foreign as another process. */
export function newOwner(): string {
  // A call into the system's randomness costs more than the rest of a claim's preparation: one for five hundred.
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool.toString('base64url', used, (used += OWNER_BYTES))
}
