import type { MessageAttempted } from '../events/message-attempted.ts'
import type { OutcomeEvent } from '../events/is-outcome.ts'
import { stateOf } from '../state.ts'
import type { ScenarioFault } from './scenario-step.ts'

/** A request that took longer had to wait for Infobip. */
const SLOW_MS = 1_000
/** A connection that breaks does so at once; what took longer had no answer. */
const HANGS_MS = 5_000
const EXPIRED_GROUP = 4

type Settings = { readonly action: string } & Readonly<Record<string, string | number | boolean>>

/**
 * What the requests of a message met and what its reports say, as faults that bring it about again, in the order in which they strike.
 *
 * @param attempts in their order
 * @param outcomes of the message, in any order
 * @param to the customer, as the scenario calls them
 */
export function faultsOf(
  attempts: readonly MessageAttempted[],
  outcomes: readonly OutcomeEvent[],
  to: string,
): ScenarioFault[] {
  const wasTaken = outcomes.some(({ type }) => type === 'imchannel.message.accepted.v1')
  const requests = attempts.map((attempt, index) => {
    // Accepted without a later request that was: this one had been taken.
    const taken = wasTaken && !attempts.slice(index + 1).some(({ outcome }) => outcome === 'accepted')
    return requestFault(attempt, taken)
  })
  return [...requests, ...outcomes.map(reportFault)]
    .filter((settings) => settings !== undefined)
    .map((settings) => ({ ...settings, to, count: 1 }))
}

function requestFault(attempt: MessageAttempted, taken: boolean): Settings | undefined {
  const { outcome, httpStatus, durationMs, retryAfterMs } = attempt
  const later = retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }
  switch (outcome) {
    case 'throttled':
      return { action: 'throttle', ...later }
    case 'refused-key':
      return { action: 'status', status: httpStatus ?? 401 }
    case 'unsent':
      return { action: 'refuse' }
    case 'rejected':
      return httpStatus === undefined || httpStatus < 400
        ? { action: 'reject' }
        : { action: 'status', status: httpStatus, ...later }
    case 'unknown':
      if (httpStatus === undefined) return { action: durationMs >= HANGS_MS ? 'hang' : 'drop', taken }
      return httpStatus < 400 ? { action: 'garbage', taken } : { action: 'status', status: httpStatus, taken, ...later }
    default:
      return durationMs >= SLOW_MS ? { action: 'latency', delayMs: Math.round(durationMs) } : undefined
  }
}

function reportFault(outcome: OutcomeEvent): Settings | undefined {
  if (outcome.type !== 'imchannel.message.delivery.v1') return undefined
  const { status, error } = outcome.data
  if (stateOf(status) !== 'failed') return undefined
  if (status.groupId === EXPIRED_GROUP) return { action: 'expire' }
  return { action: 'fail', ...(error?.id === undefined || error.id === 0 ? {} : { errorId: error.id }) }
}
