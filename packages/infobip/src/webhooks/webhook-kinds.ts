/** One kind of webhook that Infobip documents (or is known to send), and what IMChannel makes of it. */
export interface WebhookKindRow {
  readonly name: string
  /** The OpenAPI document and the webhook in it; absent for shapes that stand elsewhere. */
  readonly document?: 'whatsapp' | 'omni-failover' | 'messages-api'
  readonly webhook?: string
  /** Where the shape tells the kind: `results[].message.type = TEXT`. */
  readonly discriminator: string
  /** The event, and the content type of a message. */
  readonly becomes: string
  /** The golden webhook in `packages/infobip/test/corpus`: the test `recognises <name>` reads it. */
  readonly test: string
}

const received = 'imchannel.message.received'
const inbound = {
  whatsapp: { document: 'whatsapp', webhook: 'receive-inbound-whatsapp-messages' },
  omni: { document: 'omni-failover', webhook: 'receive-omni-failover-inbound-messages' },
  messages: { document: 'messages-api', webhook: 'receive-messages-api-incoming-messages' },
} as const

/** Infobip's message type, our content type, the golden webhook, and whether the legacy omni document has it too. */
const messageTypes = [
  ['TEXT', 'text', 'message.text', true],
  ['IMAGE', 'image', 'message.image', true],
  ['VIDEO', 'video', 'message.video', true],
  ['DOCUMENT', 'document', 'message.document', true],
  ['AUDIO', 'audio', 'message.audio', true],
  ['VOICE', 'voice', 'message.voice', true],
  ['STICKER', 'sticker', 'message.sticker', true],
  ['LOCATION', 'location', 'message.location', true],
  ['CONTACT', 'contacts', 'message.contact', true],
  ['BUTTON', 'button', 'message.button', true],
  ['INTERACTIVE_BUTTON_REPLY', 'buttonReply', 'message.button-reply', true],
  ['INTERACTIVE_LIST_REPLY', 'listReply', 'message.list-reply', true],
  ['INTERACTIVE_PAYMENT_CONFIRMATION', 'payment', 'message.payment-confirmation', true],
  ['ORDER', 'order', 'message.order', true],
  ['INTERACTIVE_FLOW_REPLY', 'flowReply', 'message.flow-reply', false],
  ['INTERACTIVE_CALL_PERMISSION_REPLY', 'callPermission', 'message.call-permission', false],
  ['INTERACTIVE_IN_THREAD_AUTHENTICATION_REPLY', 'authentication', 'message.authentication', false],
  ['REACTION', 'reaction', 'message.reaction', false],
  ['INFECTED_CONTENT', 'infected', 'message.infected', false],
  ['UNSUPPORTED', 'unsupported', 'message.unsupported', false],
] as const

const partTypes = [
  ['TEXT', 'text', 'messages-api.text'],
  ['SUBJECT', 'text', 'messages-api.parts'],
  ['IMAGE', 'image', 'messages-api.parts'],
  ['AUDIO', 'audio', 'messages-api.audio'],
  ['VIDEO', 'video', 'messages-api.video'],
  ['DOCUMENT', 'document', 'messages-api.document'],
  ['FILE', 'document', 'messages-api.file'],
  ['URL', 'text', 'messages-api.url'],
  ['BUTTON_REPLY', 'buttonReply', 'messages-api.button-reply'],
  ['LIST_REPLY', 'listReply', 'messages-api.list-reply'],
  ['LOCATION', 'location', 'messages-api.location'],
  ['AUTHENTICATION_RESPONSE', 'authentication', 'messages-api.authentication'],
  ['FLOW_RESPONSE', 'flowReply', 'messages-api.flow'],
  ['PAYMENT_RESPONSE', 'payment', 'messages-api.payment'],
  ['FORM_RESPONSE', 'formReply', 'messages-api.form'],
  ['REACTION', 'reaction', 'messages-api.reaction'],
] as const

/** Every kind of webhook: the inbound half of `docs/infobip.md`. A test holds it against the OpenAPI documents. */
export const webhookKinds: readonly WebhookKindRow[] = [
  ...messageTypes.map(([type, content, test]) => ({
    name: `Inbound message ${type}`,
    ...inbound.whatsapp,
    discriminator: `results[].message.type = ${type}`,
    becomes: `${received} · ${content}`,
    test,
  })),
  ...messageTypes
    .filter(([, , , legacy]) => legacy)
    .map(([type, content, test]) => ({
      name: `Inbound message ${type} (omni)`,
      ...inbound.omni,
      discriminator: `results[].message.type = ${type}`,
      becomes: `${received} · ${content}`,
      test: type === 'TEXT' ? 'message.text.legacy' : test,
    })),
  {
    name: 'Inbound WhatsApp over omni',
    ...inbound.omni,
    discriminator: 'results[].integrationType = WHATSAPP',
    becomes: received,
    test: 'message.text.legacy',
  },
  {
    name: 'Inbound Viber',
    ...inbound.omni,
    discriminator: 'results[].integrationType = VIBER',
    becomes: `${received} · text`,
    test: 'message.viber-text',
  },
  {
    name: 'Inbound Viber file',
    ...inbound.omni,
    discriminator: 'results[].message.type = FILE',
    becomes: `${received} · document`,
    test: 'message.viber-file',
  },
  {
    name: 'Inbound Facebook',
    ...inbound.omni,
    discriminator: 'results[].integrationType = FACEBOOK',
    becomes: `${received} · text`,
    test: 'message.facebook-text',
  },
  {
    name: 'Inbound of the Messages API',
    ...inbound.messages,
    discriminator: 'results[].event = MO',
    becomes: received,
    test: 'messages-api.parts',
  },
  ...partTypes.map(([type, content, test]) => ({
    name: `Inbound ${type} of the Messages API`,
    ...inbound.messages,
    discriminator: `results[].content[].type = ${type}`,
    becomes: `${received} · ${content}`,
    test,
  })),
  {
    name: 'Typing started',
    ...inbound.messages,
    discriminator: 'results[].event = TYPING_STARTED',
    becomes: 'imchannel.typing.changed',
    test: 'typing.started',
  },
  {
    name: 'Typing stopped',
    ...inbound.messages,
    discriminator: 'results[].event = TYPING_STOPPED',
    becomes: 'imchannel.typing.changed',
    test: 'typing.stopped',
  },
  {
    name: 'Inbound SMS',
    discriminator: 'results[].text, no message',
    becomes: `${received} · text`,
    test: 'message.sms',
  },
  {
    name: 'Inbound MMS',
    discriminator: 'results[].message is a list of parts',
    becomes: `${received} · the first part that is no text`,
    test: 'message.mms',
  },
  {
    name: 'Inbound message of a type that nobody knows',
    discriminator: 'messageId and a sender',
    becomes: `${received} · unknown`,
    test: 'message.unknown',
  },
  {
    name: 'Delivery report of omni',
    document: 'omni-failover',
    webhook: 'receive-omni-failover-message-delivery-reports',
    discriminator: 'results[].status, channel',
    becomes: 'imchannel.message.delivery',
    test: 'delivery.omni',
  },
  {
    name: 'Delivery report of WhatsApp',
    document: 'whatsapp',
    webhook: 'receive-whatsapp-delivery-reports',
    discriminator: 'results[].status, no channel',
    becomes: 'imchannel.message.delivery',
    test: 'delivery.whatsapp',
  },
  {
    name: 'Delivery report of the Messages API',
    document: 'messages-api',
    webhook: 'receive-messages-api-delivery-reports',
    discriminator: 'results[].status, sender and destination',
    becomes: 'imchannel.message.delivery',
    test: 'delivery.messages-api',
  },
  {
    name: 'Seen report of omni',
    document: 'omni-failover',
    webhook: 'receive-omni-failover-message-seen-reports',
    discriminator: 'results[].seenAt, sendAt',
    becomes: 'imchannel.message.seen',
    test: 'seen.omni',
  },
  {
    name: 'Seen report of WhatsApp',
    document: 'whatsapp',
    webhook: 'receive-whatsapp-seen-reports',
    discriminator: 'results[].seenAt, sentAt',
    becomes: 'imchannel.message.seen',
    test: 'seen.whatsapp',
  },
  {
    name: 'Seen report of the Messages API',
    document: 'messages-api',
    webhook: 'receive-messages-api-seen-reports',
    discriminator: 'results[].seenAt, sender and destination',
    becomes: 'imchannel.message.seen',
    test: 'seen.messages-api',
  },
  {
    name: 'Click on a tracked link',
    discriminator: 'notificationType = CLICKED',
    becomes: 'imchannel.message.clicked',
    test: 'click',
  },
  {
    name: 'Payment notification',
    document: 'whatsapp',
    webhook: 'receive-whatsapp-payment-notification',
    discriminator: 'content.type = payment',
    becomes: 'imchannel.payment.changed',
    test: 'payment',
  },
  {
    name: 'Marketing opt-out',
    document: 'whatsapp',
    webhook: 'receive-whatsapp-marketing-update-notification',
    discriminator: 'content.notificationMessagesStatus',
    becomes: 'imchannel.consent.changed',
    test: 'consent',
  },
  {
    name: 'Identity change',
    document: 'whatsapp',
    webhook: 'receive-whatsapp-identity-change-notification',
    discriminator: 'content.type = user_identity_changed',
    becomes: 'imchannel.identity.changed',
    test: 'identity',
  },
  ...(['status', 'category', 'quality'] as const).map((what) => ({
    name: `Template ${what} update`,
    document: 'whatsapp' as const,
    webhook: 'receive-whatsapp-message-template-update-events',
    discriminator: `change.type = TEMPLATE_${what.toUpperCase()}_UPDATE`,
    becomes: 'imchannel.template.changed',
    test: `template.${what}`,
  })),
  {
    name: 'Call of a customer (Calls API, subscription channel VOICE_VIDEO)',
    discriminator: 'type = CALL_RECEIVED, properties.call.endpoint.type = WHATSAPP',
    becomes: 'imchannel.call.received',
    test: 'call',
  },
  {
    name: 'Call of the business that the customer accepted (Calls API, subscription channel VOICE_VIDEO)',
    discriminator:
      'type = CALL_ESTABLISHED, properties.call.endpoint.type = WHATSAPP, properties.call.direction = OUTBOUND',
    becomes: 'imchannel.call.received',
    test: 'call.accepted',
  },
  {
    name: 'Echo of what the business wrote by its own phone (in WhatsApp’s envelope)',
    discriminator: 'entry[].changes[].field = smb_message_echoes',
    becomes: 'imchannel.message.echoed',
    test: 'echo',
  },
  ...(['BLOCK', 'UNBLOCK'] as const).map((event) => ({
    name: `Blocklist ${event} (subscription channel BLOCKLIST)`,
    discriminator: `results[].event = ${event}`,
    becomes: 'imchannel.consent.changed',
    test: `blocklist.${event.toLowerCase()}`,
  })),
  {
    name: 'Row of a usage report (callback of the Billing Usage API)',
    discriminator: 'requestId, response.columns, response.rows[]',
    becomes: 'imchannel.usage.reported',
    test: 'usage',
  },
  {
    name: 'Anything else (account, billing, contact sync, history: Infobip publishes no schema)',
    discriminator: 'none of the above',
    becomes: 'imchannel.webhook.unrecognised',
    test: 'unrecognised',
  },
]
