import type { Instant } from './instant.ts'

/** What became of a message sent, in the order of `rank`. */
export const messageStates = [
  'unknown',
  'accepted',
  'pending',
  'deliveredToOperator',
  'delivered',
  'seen',
  'failed',
] as const
export type MessageState = (typeof messageStates)[number]

/** Infobip's status: the group decides; the id alone is not unique. Unknown groups pass. */
export interface StatusCode {
  readonly groupId?: number | undefined
  readonly id?: number | undefined
}

/** The state that an Infobip status (group 0 accepted … 5 rejected) stands for. */
export function stateOf(status: StatusCode): MessageState {
  switch (status.groupId) {
    case 0:
      return 'accepted'
    case 1:
      return 'pending'
    case 3:
      return status.id === 2 ? 'deliveredToOperator' : 'delivered'
    case 2:
    case 4:
    case 5:
      return 'failed'
    case undefined:
    default:
      return 'unknown'
  }
}

/** Orders states: accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failures 6; 0 is a status that nobody knows. */
export function rank(state: MessageState): number {
  return messageStates.indexOf(state)
}

/** Whether nothing more is to be expected: groups 2 to 5, except delivered to the operator (3/2) and outcome unknown (4/29). */
export function isFinal(status: StatusCode): boolean {
  const { groupId, id } = status
  if (groupId === 3 && id === 2) return false
  if (groupId === 4 && id === 29) return false
  return groupId !== undefined && groupId >= 2 && groupId <= 5
}

/** One thing that was reported of a message. */
export interface Observation {
  readonly state: MessageState
  readonly status?: StatusCode | undefined
  /** When it happened, as far as it is known. */
  readonly at?: Instant | undefined
}

/**
 * The state of a message from everything reported of it, in any order: the highest rank, the later of two alike; but a delivery or
 * read receipt that is later than an expiry (4/15) or a lost outcome (4/29) wins over it. Undefined where nothing was reported.
 */
export function computeState<T extends Observation>(observations: readonly T[]): T | undefined {
  const failures = observations.filter((one) => one.state === 'failed')
  const best = highest(observations.filter((one) => one.state !== 'failed'))
  const certain = highest(failures.filter((one) => !isDoubtful(one)))
  const doubtful = highest(failures.filter(isDoubtful))
  if (certain !== undefined) return certain
  if (doubtful === undefined) return best
  const arrived = best !== undefined && rank(best.state) >= rank('delivered')
  return arrived && (best.at ?? '') >= (doubtful.at ?? '') ? best : doubtful
}

function isDoubtful({ status }: Observation): boolean {
  return status?.groupId === 4 && (status.id === 15 || status.id === 29)
}

function highest<T extends Observation>(observations: readonly T[]): T | undefined {
  return observations.reduce<T | undefined>((best, one) => {
    if (best === undefined) return one
    const difference = rank(one.state) - rank(best.state)
    return difference > 0 || (difference === 0 && (one.at ?? '') >= (best.at ?? '')) ? one : best
  }, undefined)
}
