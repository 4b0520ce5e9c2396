import { sendClasses } from '@imchannel/events'
import type { SendClass } from '@imchannel/events'

/** How urgent a class is: 0 is the most. */
export type Rank = number

/** The class of a command: what it says, else what its topic says, else a message of its own. */
export function sendClassOf(said: SendClass | undefined, ofTopic: SendClass | undefined): SendClass {
  return said ?? ofTopic ?? 'notification'
}

export function rankOf(sendClass: SendClass): Rank {
  return sendClasses.indexOf(sendClass)
}

export const BULK: Rank = rankOf('bulk')
