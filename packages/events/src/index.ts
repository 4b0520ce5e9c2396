export { groups, type Groups } from './groups.ts'
export {
  compactedTopic,
  KEPT_DAYS,
  keptTopic,
  type KeptTopicOptions,
  MAX_RECORD_BYTES,
  type TopicSettings,
} from './topic-settings.ts'
export { topics, type Topics } from './topics.ts'
export { isParkedOf, parkedTopic, readParkedTopic } from './parked-topic.ts'
export { toInstant, type Instant } from './instant.ts'
export {
  computeState,
  isFinal,
  messageStates,
  rank,
  stateOf,
  type MessageState,
  type Observation,
  type StatusCode,
} from './state.ts'

export { conversationKey, type Conversation } from './identity/conversation-key.ts'
export { isBsuid, isParentUserId, normaliseNumber } from './identity/normalise-number.ts'
export { ledgerIdOf, messageIdNamespace, messageIdOf } from './identity/message-id-of.ts'
export { conversationIdOf, personIdOf } from './identity/person-id.ts'
export { eventIds } from './identity/event-ids.ts'

export type { ImEvent, ImEventOf } from './events/im-event.ts'
export { isOutcome, type OutcomeEvent } from './events/is-outcome.ts'
export { eventRegistry, eventTypes, isEventType, topicOf, type EventData, type EventType } from './events/registry.ts'
export type { Content, ContentType } from './events/content.ts'
export type { AuditRecorded } from './events/audit-recorded.ts'
export type { CallReceived } from './events/call-received.ts'
export type { MessageEchoed } from './events/message-echoed.ts'
export type { MessageReceived } from './events/message-received.ts'
export type { TypingChanged } from './events/typing-changed.ts'
export type { MessageDelivery } from './events/message-delivery.ts'
export type { MessageSeen } from './events/message-seen.ts'
export type { MessageClicked } from './events/message-clicked.ts'
export type { MessageOutcome, OutcomeDecision, OutcomeError, Reservation } from './events/message-outcome.ts'
export type { MessageAttempted } from './events/message-attempted.ts'
export type { MediaFetched } from './events/media-fetched.ts'
export type { ConsentChanged, IdentityChanged, PaymentChanged, TemplateChanged } from './events/account-events.ts'
export type { ConsentRecorded } from './events/consent-recorded.ts'
export type { ContactChanged, ContactRecorded } from './events/contact-events.ts'
export { contactRecordedEvent } from './contact-recorded-event.ts'
export { consentCorrectionEvent, type ConsentCorrection } from './consent-correction.ts'
export { consentRecordedEvent } from './consent-recorded-event.ts'
export type { CostRecorded } from './events/cost-recorded.ts'
export type { UsageReported } from './events/usage-reported.ts'
export type { WebhookUnrecognised } from './events/webhook-unrecognised.ts'
export { templateKey, templateRecord, type TemplateRecord } from './records/template-record.ts'
export { budgetRecord, type BudgetRecord } from './records/budget-record.ts'
export { messageAccepted, messageExpired, messageRejected, type OutcomeSubject } from './outcome-events.ts'
export { messageAttemptedEvent } from './message-attempted-event.ts'
export { auditRecordedEvent } from './audit-recorded-event.ts'
export { mediaFetchedEvent, type FetchDetails } from './media-fetched-event.ts'

export { dataSchemaOf, encodeData, encodeEvent, sourceOf } from './codec/encode-event.ts'
export { decodeEvent, type DecodedEvent } from './codec/decode-event.ts'
export type { EventRecord, ReadableRecord } from './codec/event-record.ts'
export { copyHeaders, withoutHeaders, type RecordHeader, type RecordHeaders } from './codec/record-headers.ts'
export { DEAD_LETTER_HEADERS } from './dead-letter-headers.ts'
export { extractTrace, injectTrace } from './codec/trace-headers.ts'

export {
  commandRegistry,
  commandTypes,
  type Command,
  type CommandInput,
  type CommandType,
  sendClasses,
  type MarkRead,
  type SendClass,
  type SendMessage,
  type SetConsent,
  type StartTyping,
} from './commands/commands.ts'
export {
  commandContents,
  type CommandContent,
  type CommandContentOf,
  type CommandContentType,
} from './commands/content.ts'
export type { InteractiveHeader } from './commands/interactive-parts.ts'
export { maxInlineMediaBytes, type MediaRef } from './commands/media-ref.ts'
export { parseCommand, positionId, sketchSubject, type CommandReading } from './commands/parse-command.ts'
export { peekSend, type PeekedSend, type SendRoute } from './commands/peek-send.ts'
export { commandProblems, cutReason, type CommandProblem, type CommandProblemCode } from './commands/problem.ts'
export { scenarioOf } from './scenario/scenario-of.ts'
export type { Scenario } from './scenario/scenario-step.ts'
