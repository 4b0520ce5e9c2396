import type { Command, OutcomeSubject, SendClass } from '@imchannel/events'
import type { IncomingRecord } from '@imchannel/kafka'
import type { Send } from '@imchannel/ledger'
import type { Deadline } from '../domain/deadline.ts'
import type { Rank } from '../domain/send-class.ts'

/** Where a command was read: `parked` is where those of an account that is not well wait. */
export type Origin = 'source' | 'parked'

/** One command in hand, from its record to its outcome. */
export interface Work<T extends Command = Command> {
  /** As it was read; what is written on (parked, dead letter) is a copy of this. */
  readonly record: IncomingRecord
  /** As it stood in its first topic. */
  readonly original: IncomingRecord
  readonly origin: Origin
  readonly command: T
  /** Its own, whatever class it is lent by those behind it. */
  readonly sendClass: SendClass
  readonly send: Send
  readonly subject: OutcomeSubject
  readonly deadline: Deadline
  /** Token of this handling's claims. */
  readonly owner: string
  readonly signal: AbortSignal
  /** How urgent it is now: as the most urgent of its conversation that waits here, which lends it its class. */
  readonly rank: () => Rank
}

/** What became of a command in hand: it has ended, waits in a parked topic, or is to be taken up again from the start. */
export type Handled = 'done' | 'parked' | 'again'
