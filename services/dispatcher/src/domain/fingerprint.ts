import { hash } from 'node:crypto'
import type { Command } from '@imchannel/events'

/** Eight characters that tell one command from another under the same id. 48 bits: it only decides about a warning. */
export function fingerprintOf({ id: _id, ...rest }: Command): string {
  return hash('sha256', JSON.stringify(rest), 'base64url').slice(0, 8)
}
