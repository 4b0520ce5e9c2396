import { closesAtOf } from '@imchannel/facts'

/** The window that something of this time opens, as events tell of it. */
export function windowFrom(openedAt: string): { closesAt: string } {
  return { closesAt: new Date(closesAtOf(Date.parse(openedAt))).toISOString() }
}
