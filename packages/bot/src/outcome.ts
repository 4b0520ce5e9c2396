import { isOutcome, stateOf, type ImEvent, type MessageState, type OutcomeEvent } from '@imchannel/events'

/** One thing that became of something sent. There can be several of one command, in any order, and again after a crash. */
export interface BotOutcome {
  /** `rejected` and `expired` are IMChannel's own, before delivery; `failed` is Infobip's report; `clicked` is a tracked link. */
  readonly state: MessageState | 'rejected' | 'expired' | 'clicked'
  readonly commandId: string
  /** Why not, in words, where it is not well. */
  readonly reason?: string
  readonly event: OutcomeEvent
}

/** Reads an outcome of a command; undefined for what is none, and for reports on messages that nobody here sent. */
export function outcomeOf(event: ImEvent): BotOutcome | undefined {
  if (!isOutcome(event)) return undefined
  switch (event.type) {
    case 'imchannel.message.accepted.v1':
      return { state: 'accepted', commandId: event.data.commandId, event }
    case 'imchannel.message.rejected.v1':
    case 'imchannel.message.expired.v1': {
      const { commandId, error } = event.data
      const state = event.type === 'imchannel.message.expired.v1' ? 'expired' : 'rejected'
      return { state, commandId, ...(error === undefined ? {} : { reason: `${error.code}: ${error.reason}` }), event }
    }
    case 'imchannel.message.delivery.v1': {
      const { commandId, status, error } = event.data
      if (commandId === undefined) return undefined
      const state = stateOf(status)
      const why = error?.description ?? status.description
      return { state, commandId, ...(state === 'failed' && why !== undefined ? { reason: why } : {}), event }
    }
    case 'imchannel.message.seen.v1':
      return event.data.commandId === undefined ? undefined : { state: 'seen', commandId: event.data.commandId, event }
    case 'imchannel.message.clicked.v1':
      return event.data.commandId === undefined
        ? undefined
        : { state: 'clicked', commandId: event.data.commandId, event }
  }
}
