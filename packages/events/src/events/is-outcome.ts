import type { ImEvent, ImEventOf } from './im-event.ts'
import type { EventType } from './registry.ts'

/** Of every type, whether it says what became of something sent: a new one is decided on here, for all who ask. */
const tellsOutcome = {
  'imchannel.message.received.v1': false,
  'imchannel.typing.changed.v1': false,
  'imchannel.call.received.v1': false,
  'imchannel.message.echoed.v1': false,
  'imchannel.message.accepted.v1': true,
  'imchannel.message.rejected.v1': true,
  'imchannel.message.expired.v1': true,
  'imchannel.message.attempted.v1': false,
  'imchannel.audit.recorded.v1': false,
  'imchannel.message.delivery.v1': true,
  'imchannel.message.seen.v1': true,
  'imchannel.message.clicked.v1': true,
  'imchannel.media.fetched.v1': false,
  'imchannel.template.changed.v1': false,
  'imchannel.identity.changed.v1': false,
  'imchannel.payment.changed.v1': false,
  'imchannel.consent.changed.v1': false,
  'imchannel.consent.recorded.v1': false,
  'imchannel.contact.changed.v1': false,
  'imchannel.contact.recorded.v1': false,
  'imchannel.usage.reported.v1': false,
  'imchannel.cost.recorded.v1': false,
  'imchannel.webhook.unrecognised.v1': false,
} as const satisfies Record<EventType, boolean>

type OutcomeType = { [T in EventType]: (typeof tellsOutcome)[T] extends true ? T : never }[EventType]

/** What became of something sent: IMChannel's own outcome of a command, or Infobip's report on a message. */
export type OutcomeEvent = { [T in OutcomeType]: ImEventOf<T> }[OutcomeType]

export function isOutcome(event: ImEvent): event is OutcomeEvent {
  return tellsOutcome[event.type]
}
