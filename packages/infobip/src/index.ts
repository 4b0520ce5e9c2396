export { readErrorBody } from './answers/error-body.ts'
export type { InfobipError } from './answers/error-body.ts'
export type { Accepted, Outcome, RefusedKey, Rejected, Throttled, Unknown, Unsent } from './answers/outcome.ts'
export { readLogs } from './answers/read-logs.ts'
export type { LogsAnswer } from './answers/read-logs.ts'
export { readProbe } from './answers/read-probe.ts'
export type { ProbeAnswer } from './answers/read-probe.ts'
export { readResponse } from './answers/read-response.ts'
export type { SentMessage } from './answers/read-response.ts'
export { isDuplicate, isRefusal } from './answers/status.ts'
export type { InfobipStatus } from './answers/status.ts'
export { createInfobipClient, markAsReadPath, maxLogIds } from './client/create-infobip-client.ts'
export type { CallOptions, InfobipClient, InfobipClientOptions } from './client/create-infobip-client.ts'
export { ExchangeFailure } from './client/exchange.ts'
export type {
  ExchangeNotSent,
  ExchangeResponse,
  ExchangeResult,
  ExchangeTrace,
  ExchangeUnknown,
  InfobipRequest,
  Transport,
  TransportRequest,
  TransportResult,
} from './client/exchange.ts'
export { objectionToMediaUrl } from './client/inbound-media-url.ts'
export type { MediaResult, OpenMediaOptions } from './client/open-media.ts'
export type { MessagesApiMessage, MessagesApiRequest, MessagesApiTemplateMessage } from './wire/messages.ts'
export type {
  OmniAdvancedRequest,
  OmniDestination,
  OmniMediaTemplateData,
  OmniValidity,
  OmniWhatsApp,
} from './wire/omni.ts'
export { whatsAppMessagePaths } from './wire/whatsapp.ts'
export type {
  WhatsAppEnvelope,
  WhatsAppEventRequest,
  WhatsAppMessage,
  WhatsAppMessageKind,
  WhatsAppTemplateRequest,
} from './wire/whatsapp.ts'
export type { ReadAnswer } from './answers/read-answer.ts'
export type { Notices } from './answers/read-notices.ts'
export { readBlocklist, type BlocklistEntry, type BlocklistPage } from './answers/read-blocklist.ts'
export { limitOf, readSenderQuality } from './answers/read-sender-quality.ts'
export type { SenderQuality } from './answers/read-sender-quality.ts'
export { readTemplateList, readTemplates } from './answers/template-definition.ts'
export type { ListedTemplate, TemplateButton, TemplateCard, TemplateDefinition } from './answers/template-definition.ts'
export type { Charset } from './webhooks/decode-bytes.ts'
export { parseWebhook } from './webhooks/parse-webhook.ts'
export type { ParsedWebhook } from './webhooks/parse-webhook.ts'
export type { InboundContact, InboundContent, PaymentTotal } from './webhooks/inbound-content.ts'
export type {
  BlocklistChange,
  ClickReport,
  ConsentChange,
  ContactProfile,
  DeliveryReport,
  IdentityChange,
  WhatsAppCall,
  InboundMessage,
  MessageEcho,
  PaymentChange,
  Price,
  ReportError,
  ReportStatus,
  SeenReport,
  TemplateChange,
  TypingChange,
  UsageReport,
  UnrecognisedCode,
  WebhookKind,
  WebhookResult,
} from './webhooks/webhook-result.ts'
export { webhookKinds } from './webhooks/webhook-kinds.ts'
export type { WebhookKindRow } from './webhooks/webhook-kinds.ts'
