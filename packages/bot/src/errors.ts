import type { BotOutcome } from './outcome.ts'

/** A reply that cannot be sent as it is: what is wrong, where, and what to do. Nothing of it was written to Kafka. */
export class InvalidReply extends Error {
  override readonly name = 'InvalidReply'
}

/** The turn is over for this handler: the conversation went to another process, the bot stops, or (`latest`) a newer message came. */
export class TurnEnded extends Error {
  override readonly name = 'TurnEnded'
}

/** What was sent was refused, has expired or could not be delivered. */
export class SendFailed extends Error {
  override readonly name = 'SendFailed'
  readonly outcome: BotOutcome
  constructor(outcome: BotOutcome) {
    super(`${outcome.commandId} ${outcome.state}: ${outcome.reason ?? 'no reason was given'}`)
    this.outcome = outcome
  }
}

/** This process will not learn what becomes of the message. `bot.onOutcome` of the one that has the conversation then will. */
export class OutcomeElsewhere extends Error {
  override readonly name = 'OutcomeElsewhere'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
