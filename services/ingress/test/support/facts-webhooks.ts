/** A webhook about windows, money, identity, templates or consent, and what its events are to say. */
export interface FactsWebhook {
  readonly name: string
  readonly body: string
  /** In the webhook's order. */
  readonly events: readonly WantedEvent[]
  /** What is then said to the customer, all gates on `enforce`; where it is left out, to one of whom nothing else is known. */
  readonly next?: Verdicts
}

export interface Verdicts {
  /** To a text. By itself `window_closed`: the customer has not written. */
  readonly text?: Verdict
  /** To a template of marketing. By itself `accepted`. */
  readonly marketing?: Verdict
}

export type Verdict = 'accepted' | 'window_closed' | 'opted_out' | 'identity_unconfirmed'

export interface WantedEvent {
  /** Without `imchannel.` and the version. */
  readonly type: string
  /** The business number and the customer of the key. */
  readonly key: string
  /** Members of the data that matter here; `undefined` is absent. */
  readonly data: Readonly<Record<string, unknown>>
}

const business = '447700900123'
const rui = '351910000042'
const ruiUserId = 'PT.9000000000000042'
const conversation = `${business}:${rui}`
const owed = { pricePerMessage: 0, currency: 'EUR' }

interface Inbound {
  readonly id: string
  readonly message: Readonly<Record<string, unknown>>
  readonly from?: string | null
  readonly at?: string
  readonly contact?: Readonly<Record<string, unknown>>
  readonly more?: Readonly<Record<string, unknown>>
}

function inbound({ id, message, from = rui, at = '10:00:00', contact = { name: 'Rui Exemplo' }, more }: Inbound) {
  const result = {
    from,
    to: business,
    integrationType: 'WHATSAPP',
    receivedAt: `${at.length === 8 ? `2026-11-30T${at}` : at}.000+0000`,
    messageId: id,
    pairedMessageId: null,
    message,
    contact,
    price: owed,
    ...more,
  }
  return JSON.stringify({ results: [result], messageCount: 1, pendingMessageCount: 0 })
}

interface Report {
  readonly id: string
  readonly status: readonly [groupId: number, groupName: string, id: number, name: string]
  readonly error?: readonly [id: number, name: string]
  readonly to?: string
  readonly price?: string
  readonly more?: Readonly<Record<string, unknown>>
}

const undelivered = [2, 'UNDELIVERABLE', 9, 'UNDELIVERABLE_NOT_DELIVERED'] as const
const delivered = [3, 'DELIVERED', 5, 'DELIVERED_TO_HANDSET'] as const

function report({ id, status, error = [0, 'NO_ERROR'], to = rui, price = '0', more }: Report): string {
  const [groupId, groupName, statusId, name] = status
  const result = {
    bulkId: 'b-1',
    messageId: id,
    to,
    sentAt: '2026-11-30T10:01:00.000+0000',
    doneAt: '2026-11-30T10:01:03.000+0000',
    messageCount: 1,
    price: { pricePerMessage: '?', currency: 'EUR' },
    status: { groupId, groupName, id: statusId, name, description: name },
    error: { groupId: error[0] === 0 ? 0 : 1, groupName: 'x', id: error[0], name: error[1], permanent: error[0] !== 0 },
    ...more,
  }
  // The digits are the point.
  return JSON.stringify({ results: [result] }).replace('"?"', price)
}

function marketing(word: string, customer: string, hour: string): string {
  const content = { sender: business, from: customer, notificationMessagesStatus: word, description: 'User requested' }
  return JSON.stringify({ from: business, content, createdAt: `2026-11-30T${hour}:00:00.000+0000` })
}

function blocklist(event: 'BLOCK' | 'UNBLOCK', content: Readonly<Record<string, unknown>>): string {
  const result = { event, receivedAt: '2026-11-30T14:17:11.000+0000', messageId: `list-${event}`, content }
  return JSON.stringify({ results: [result] })
}

const byKeyword = {
  sender: business,
  destination: rui,
  channel: 'WHATSAPP',
  sourceType: 'MO',
  inboundMessageReference: { inboundMessageId: 'E_stop1' },
}

function template(change: Readonly<Record<string, unknown>>, language = 'en_GB'): string {
  return JSON.stringify({
    messageTemplateId: '1000000000000002',
    messageTemplateName: 'promo_friday',
    messageTemplateLanguage: language,
    timestamp: '2026-11-30T09:10:00.000+0000',
    change,
    entityId: 12,
    applicationId: 34,
  })
}

const meta = {
  messagingProduct: 'whatsapp',
  metadata: { displayPhoneNumber: business, phoneNumberId: '200000000000002' },
}

function echo(id: string, to: string, text: string): object {
  return { from: business, to, id, toUserId: ruiUserId, timestamp: '1796040000', text: { body: text }, type: 'text' }
}

const envelope = JSON.stringify({
  entry: [
    {
      id: '100000000000001',
      changes: [
        {
          field: 'smb_message_echoes',
          value: { ...meta, messageEchoes: [echo('wamid.echo1', rui, 'first'), echo('wamid.echo2', rui, 'second')] },
        },
        { field: 'history', value: meta },
      ],
    },
    {
      id: '100000000000002',
      changes: [
        { field: 'smb_message_echoes', value: { ...meta, messageEchoes: [echo('wamid.echo3', rui, 'third')] } },
      ],
    },
  ],
})

interface Call {
  readonly type?: string
  readonly endpoint?: string
  readonly isOutbound?: boolean
  readonly state?: Readonly<Record<string, unknown>>
}

function call({ type = 'CALL_RECEIVED', endpoint = 'WHATSAPP', isOutbound = false, state = {} }: Call): string {
  const parties = isOutbound ? { from: business, to: rui } : { from: rui, to: business }
  const direction = isOutbound ? 'OUTBOUND' : 'INBOUND'
  return JSON.stringify({
    id: 'call-event-1',
    type,
    callId: `call-${type}`,
    timestamp: '2026-11-30T13:00:00.000+0000',
    properties: { call: { endpoint: { type: endpoint, phoneNumber: rui }, ...parties, direction, ...state } },
  })
}

const columns = [
  ['CURRENCY', 'STRING'],
  ['ENTITY_ID', 'STRING'],
  ['QUANTITY', 'NUMBER'],
  ['TOTAL', 'NUMBER'],
].map(([columnName, columnDataType]) => ({ columnName, columnDataType }))

const usage = JSON.stringify({
  requestId: '7b1d0000-0000-4000-8000-000000000001',
  status: 'SUCCESS',
  response: {
    requestedPeriod: { sentSince: '2026-11-01T00:00:00Z', sentUntil: '2026-12-01T00:00:00Z' },
    columns,
    rows: [
      ['EUR', 'acme', 1204, '?'],
      ['EUR', null, 3, 0.063],
    ],
  },
  metadata: { billingPeriods: [{ month: '2026-11', volumeFinalized: false }] },
}).replace('"?"', '25.284000')

const received = (data: Readonly<Record<string, unknown>>, key = conversation): readonly WantedEvent[] => [
  { type: 'message.received', key, data },
]
const reported = (data: Readonly<Record<string, unknown>>, to = rui): readonly WantedEvent[] => [
  { type: 'message.delivery', key: `-:${to}`, data },
]
const consent = (data: Readonly<Record<string, unknown>>, key = conversation): readonly WantedEvent[] => [
  { type: 'consent.changed', key, data },
]
const changed = (change: Readonly<Record<string, unknown>>): readonly WantedEvent[] => [
  { type: 'template.changed', key: '-:-', data: { name: 'promo_friday', change, entityId: '12' } },
]
const called = (direction: 'inbound' | 'outbound'): WantedEvent => ({
  type: 'call.received',
  key: conversation,
  data: {
    channel: 'WHATSAPP',
    direction,
    from: rui,
    to: business,
    receivedAt: '2026-11-30T13:00:00.000Z',
    window: { closesAt: '2026-12-01T13:00:00.000Z' },
  },
})
const unrecognised = (code: string): WantedEvent => ({ type: 'webhook.unrecognised', key: '-:-', data: { code } })

/** The window is open, or nobody can say that it is not. */
const written: Verdicts = { text: 'accepted' }
const stopped: Verdicts = { marketing: 'opted_out' }
const blocked: Verdicts = { text: 'opted_out', marketing: 'opted_out' }

/** None depends on another: ids and customers are each one's own where it would matter. */
export const factsWebhooks: readonly FactsWebhook[] = [
  {
    name: 'a text',
    next: written,
    body: inbound({ id: 'E_w1', message: { type: 'TEXT', text: 'Bom dia' } }),
    events: received({
      from: rui,
      receivedAt: '2026-11-30T10:00:00.000Z',
      content: { type: 'text', text: 'Bom dia' },
      window: { closesAt: '2026-12-01T10:00:00.000Z' },
    }),
  },
  {
    name: 'a text after an advertisement',
    next: written,
    body: inbound({
      id: 'E_w2',
      message: {
        type: 'TEXT',
        text: 'Quero',
        referral: { sourceType: 'AD', sourceUrl: 'https://fb.me/1', ctwaClickId: 'AR1' },
      },
    }),
    events: received({ referral: { sourceType: 'AD', sourceUrl: 'https://fb.me/1', ctwaClickId: 'AR1' } }),
  },
  {
    name: 'a text after a boosted post',
    next: written,
    body: inbound({
      id: 'E_w3',
      message: { type: 'TEXT', text: 'Ola', referral: { sourceType: 'POST', sourceUrl: 'https://fb.me/2' } },
    }),
    events: received({ referral: { sourceType: 'POST', sourceUrl: 'https://fb.me/2' } }),
  },
  ...(['ADDED', 'REMOVED'] as const).map((action) => ({
    name: `a reaction ${action.toLowerCase()}`,
    next: written,
    body: inbound({
      id: `E_w4_${action}`,
      message: {
        type: 'REACTION',
        emoji: action === 'ADDED' ? '👍' : null,
        action,
        context: { id: 'E_out1', from: business },
      },
    }),
    events: received({ content: expectedReaction(action), window: undefined }),
  })),
  {
    name: 'a tap on a template’s button',
    next: written,
    body: inbound({ id: 'E_w6', message: { type: 'BUTTON', text: 'Confirmar', payload: 'CONFIRM-4711' } }),
    events: received({ content: { type: 'button', text: 'Confirmar', payload: 'CONFIRM-4711' } }),
  },
  {
    name: 'something unsupported',
    next: written,
    body: inbound({ id: 'E_w7', message: { type: 'UNSUPPORTED' } }),
    events: received({ content: { type: 'unsupported' }, window: undefined }),
  },
  {
    name: 'a report that the window was closed',
    body: report({ id: 'm-7010', status: undelivered, error: [7010, 'EC_NO_SESSION'], more: { channel: 'WHATSAPP' } }),
    events: reported({ final: true, error: expectedError(7010, 'EC_NO_SESSION'), doneAt: '2026-11-30T10:01:03.000Z' }),
  },
  {
    name: 'a report of the cap on marketing',
    body: report({ id: 'm-7032', status: undelivered, error: [7032, 'EC_FREQUENCY_CAPPING'] }),
    events: reported({ final: true, error: expectedError(7032, 'EC_FREQUENCY_CAPPING'), channel: 'WHATSAPP' }),
  },
  { name: 'a call over WhatsApp', next: written, body: call({}), events: [called('inbound')] },
  {
    name: 'a call of the business that the customer accepted',
    next: written,
    body: call({ type: 'CALL_ESTABLISHED', isOutbound: true }),
    events: [called('outbound')],
  },
  {
    name: 'the end of one that was accepted, where nothing told of that',
    next: written,
    body: call({
      type: 'CALL_FINISHED',
      isOutbound: true,
      state: { answerTime: '2026-11-30T13:00:00.000+0000', endTime: '2026-11-30T13:04:00.000+0000' },
    }),
    events: [unrecognised('unknown_kind'), called('outbound')],
  },
  {
    name: 'the end of one that may have been accepted',
    next: written,
    body: call({ type: 'CALL_FINISHED', isOutbound: true }),
    events: [
      unrecognised('unknown_kind'),
      { ...called('outbound'), data: { direction: 'outbound', window: undefined } },
    ],
  },
  {
    name: 'a call over the telephone',
    body: call({ endpoint: 'PHONE' }),
    events: [unrecognised('unknown_kind')],
  },
  {
    name: 'a call of the business that nobody accepted',
    body: call({ type: 'CALL_FAILED', isOutbound: true, state: { state: 'NO_ANSWER' } }),
    events: [unrecognised('unknown_kind')],
  },
  {
    name: 'a text that comes a day late',
    body: inbound({ id: 'E_w11', at: '2026-11-29T07:00:00', message: { type: 'TEXT', text: 'de ontem' } }),
    events: received({ receivedAt: '2026-11-29T07:00:00.000Z', window: { closesAt: '2026-11-30T07:00:00.000Z' } }),
  },
  {
    name: 'a report with a price',
    body: report({ id: 'm-price', status: delivered, price: '0.021000', more: { channel: 'WHATSAPP' } }),
    events: reported({ price: { pricePerMessage: '0.021000', currency: 'EUR' }, rank: 4 }),
  },
  {
    name: 'a report of the Messages API, which has no price',
    body: report({
      id: 'm-noprice',
      status: delivered,
      more: { price: undefined, event: 'DELIVERY', sender: business, to: undefined, destination: rui },
    }),
    events: [{ type: 'message.delivery', key: conversation, data: { price: undefined, rank: 4 } }],
  },
  {
    name: 'a report of what was used',
    body: usage,
    events: [
      {
        type: 'usage.reported',
        key: '-:-',
        data: {
          values: { CURRENCY: 'EUR', ENTITY_ID: 'acme', QUANTITY: '1204', TOTAL: '25.284000' },
          billingPeriods: [{ month: '2026-11', volumeFinalized: false }],
        },
      },
      { type: 'usage.reported', key: '-:-', data: { values: { CURRENCY: 'EUR', QUANTITY: '3', TOTAL: '0.063' } } },
    ],
  },
  {
    name: 'a template’s category',
    body: template({ type: 'TEMPLATE_CATEGORY_UPDATE', previousCategory: 'UTILITY', newCategory: 'MARKETING' }),
    events: changed({ type: 'TEMPLATE_CATEGORY_UPDATE', previous: 'UTILITY', current: 'MARKETING' }),
  },
  {
    name: 'a template rejected',
    body: template({ type: 'TEMPLATE_STATUS_UPDATE', newStatus: 'REJECTED', reason: 'INCORRECT_CATEGORY' }),
    events: changed({ type: 'TEMPLATE_STATUS_UPDATE', status: 'REJECTED', reason: 'INCORRECT_CATEGORY' }),
  },
  {
    name: 'a template paused',
    body: template({ type: 'TEMPLATE_STATUS_UPDATE', newStatus: 'FIRST_PAUSED', reason: 'NONE' }),
    events: changed({ type: 'TEMPLATE_STATUS_UPDATE', status: 'FIRST_PAUSED', reason: 'NONE' }),
  },
  {
    name: 'a template’s quality',
    body: template({ type: 'TEMPLATE_QUALITY_UPDATE', previousQualityScore: 'HIGH', newQualityScore: 'LOW' }),
    events: changed({ type: 'TEMPLATE_QUALITY_UPDATE', previous: 'HIGH', current: 'LOW' }),
  },
  {
    name: 'a template’s status and language that nobody knows',
    body: template({ type: 'TEMPLATE_STATUS_UPDATE', newStatus: 'ARCHIVED', reason: null }, 'xx_YY'),
    events: changed({ type: 'TEMPLATE_STATUS_UPDATE', status: 'ARCHIVED' }),
  },
  {
    name: 'a report of a template’s wrong values',
    body: report({ id: 'm-7008', status: undelivered, error: [7008, 'EC_INVALID_TEMPLATE_ARGS'] }),
    events: reported({ final: true, error: expectedError(7008, 'EC_INVALID_TEMPLATE_ARGS') }),
  },
  {
    name: 'a customer known by user id alone',
    next: written,
    body: inbound({
      id: 'E_i1',
      from: 'PT.9000000000000099',
      message: { type: 'TEXT', text: 'oi' },
      contact: { name: 'Lia', userId: 'PT.9000000000000099', parentUserId: null, username: 'lia.exemplo' },
    }),
    events: received({ from: 'PT.9000000000000099' }, `${business}:PT.9000000000000099`),
  },
  {
    name: 'a parent’s user id in the sender’s place',
    next: written,
    body: inbound({
      id: 'E_i2',
      from: 'PT.ENT.8000000000000098',
      message: { type: 'TEXT', text: 'oi' },
      contact: { name: 'Lia', userId: 'PT.9000000000000098', parentUserId: 'PT.ENT.8000000000000098' },
    }),
    events: received({ from: 'PT.9000000000000098' }, `${business}:PT.9000000000000098`),
  },
  {
    name: 'no sender but in the contact',
    next: written,
    body: inbound({
      id: 'E_i3',
      from: null,
      message: { type: 'TEXT', text: 'oi' },
      contact: { name: 'Lia', userId: 'PT.9000000000000097' },
    }),
    events: received({ from: 'PT.9000000000000097' }, `${business}:PT.9000000000000097`),
  },
  {
    name: 'a Brazilian number with the ninth digit',
    next: written,
    body: inbound({
      id: 'E_i4',
      from: '5511987654321',
      message: { type: 'TEXT', text: 'oi' },
      contact: { name: 'Bia', phoneNumber: '5511987654321', userId: 'BR.7000000000000001' },
    }),
    events: received({ from: '5511987654321' }, `${business}:5511987654321`),
  },
  {
    name: 'the report on what was sent to it without',
    body: report({
      id: 'm-br',
      to: '551187654321',
      status: delivered,
      more: { channel: 'WHATSAPP', contact: { phoneNumber: '5511987654321', userId: 'BR.7000000000000001' } },
    }),
    events: reported(
      { to: '551187654321', contact: { phoneNumber: '5511987654321', userId: 'BR.7000000000000001' } },
      '551187654321',
    ),
  },
  {
    name: 'a changed identity',
    body: JSON.stringify({
      from: business,
      content: { type: 'user_identity_changed', hash: 'q1w2e3r4t5y=', userNumber: rui, userId: ruiUserId },
      createdAt: '2026-11-30T11:10:00.000+0000',
    }),
    events: [
      {
        type: 'identity.changed',
        key: conversation,
        data: { userNumber: rui, userId: ruiUserId, hash: 'q1w2e3r4t5y=', changedAt: '2026-11-30T11:10:00.000Z' },
      },
    ],
  },
  {
    name: 'a changed identity of a customer known by user id alone',
    body: JSON.stringify({
      from: business,
      content: { type: 'user_identity_changed', hash: 'z9', userId: 'PT.9000000000000096' },
      createdAt: '2026-11-30T11:10:00.000+0000',
    }),
    events: [
      {
        type: 'identity.changed',
        key: `${business}:PT.9000000000000096`,
        data: { userNumber: undefined, userId: 'PT.9000000000000096', hash: 'z9' },
      },
    ],
  },
  {
    name: 'the report of what failed for a changed identity',
    next: { marketing: 'identity_unconfirmed' },
    body: report({ id: 'm-7029', status: undelivered, error: [7029, 'EC_USER_IDENTITY_CHANGED'] }),
    events: reported({ final: true, error: expectedError(7029, 'EC_USER_IDENTITY_CHANGED') }),
  },
  {
    name: 'a system notice of a changed number',
    next: written,
    body: inbound({ id: 'E_i8', message: { type: 'SYSTEM', text: 'User changed from 351910000042 to 351910000077' } }),
    events: received({ from: rui, content: { type: 'unknown', infobipType: 'SYSTEM' }, window: undefined }),
  },
  {
    name: 'a seen report of a customer known by user id alone',
    body: JSON.stringify({
      results: [
        {
          messageId: 'm-seen-bsuid',
          from: business,
          to: 'PT.9000000000000099',
          sentAt: '2026-11-30T11:30:00.000+0000',
          seenAt: '2026-11-30T11:31:00.000+0000',
          contact: { name: 'Lia', userId: 'PT.9000000000000099', username: 'lia.exemplo' },
        },
      ],
    }),
    events: [{ type: 'message.seen', key: `${business}:PT.9000000000000099`, data: { to: 'PT.9000000000000099' } }],
  },
  {
    name: 'marketing stopped',
    next: stopped,
    body: marketing('stop', rui, '14'),
    events: consent({
      state: 'optedOut',
      scope: 'marketing',
      source: 'whatsapp',
      changedAt: '2026-11-30T14:00:00.000Z',
    }),
  },
  {
    name: 'marketing resumed',
    body: marketing('RESUME', rui, '15'),
    events: consent({ state: 'optedIn', scope: 'marketing', source: 'whatsapp', status: 'RESUME' }),
  },
  {
    name: 'marketing with a word that nobody knows',
    body: marketing('paused', rui, '16'),
    events: consent({ state: 'unknown', status: 'paused' }),
  },
  {
    name: 'marketing stopped by a customer known by user id alone',
    next: stopped,
    body: marketing('stop', 'PT.9000000000000099', '14'),
    events: consent(
      { from: 'PT.9000000000000099', userId: 'PT.9000000000000099', state: 'optedOut' },
      `${business}:PT.9000000000000099`,
    ),
  },
  {
    name: 'a report of marketing that was switched off',
    next: stopped,
    body: report({ id: 'm-7033', status: undelivered, error: [7033, 'EC_MARKETING_OPT_OUT'] }),
    events: [
      ...reported({ error: expectedError(7033, 'EC_MARKETING_OPT_OUT') }),
      // The send, which nobody knows here, would tell of which number.
      ...consent(
        {
          sender: undefined,
          state: 'unknown',
          scope: 'marketing',
          source: 'whatsapp',
          evidence: { messageId: 'm-7033' },
        },
        `-:${rui}`,
      ),
    ],
  },
  {
    name: 'a number put on the blocklist by a key word',
    next: blocked,
    body: blocklist('BLOCK', byKeyword),
    events: consent({
      state: 'optedOut',
      scope: 'all',
      source: 'blocklist',
      status: 'BLOCK',
      channel: 'WHATSAPP',
      evidence: { messageId: 'E_stop1', sourceType: 'MO' },
    }),
  },
  {
    name: 'a number taken off the blocklist',
    body: blocklist('UNBLOCK', byKeyword),
    events: consent({ state: 'optedIn', scope: 'all', source: 'blocklist', status: 'UNBLOCK' }),
  },
  {
    name: 'a number put on the blocklist of all senders by a campaign',
    next: blocked,
    body: blocklist('BLOCK', { destination: rui, sourceType: 'CAMPAIGN', campaignReference: { campaign: 'natal' } }),
    events: consent(
      { sender: undefined, state: 'optedOut', evidence: { sourceType: 'CAMPAIGN', campaign: 'natal' } },
      `-:${rui}`,
    ),
  },
  { name: 'a blocklist without a number', body: blocklist('BLOCK', {}), events: [unrecognised('unknown_kind')] },
  {
    name: 'a text that is a key word',
    next: written,
    body: inbound({ id: 'E_stop1', message: { type: 'TEXT', text: '  stop. ' }, more: { keyword: 'STOP' } }),
    events: received({ keyword: 'STOP', content: { type: 'text', text: '  stop. ' } }),
  },
  {
    name: 'a report that the blocklist has the number',
    body: report({ id: 'm-14', status: [5, 'REJECTED', 14, 'REJECTED_DESTINATION_BLOCKLISTED'] }),
    events: reported({ final: true, rank: 6 }),
  },
  {
    name: 'echoes of the business’s own phone, beside a field that nobody knows',
    body: envelope,
    events: [
      echoed('wamid.echo1', 'first'),
      echoed('wamid.echo2', 'second'),
      unrecognised('unknown_kind'),
      echoed('wamid.echo3', 'third'),
    ],
  },
  {
    name: 'a permission to call',
    next: written,
    body: inbound({
      id: 'E_n2',
      message: {
        type: 'INTERACTIVE_CALL_PERMISSION_REPLY',
        callPermissionReply: { response: 'ACCEPT', expirationTimestamp: '2026-12-07T14:30:00.000+0000' },
      },
    }),
    events: received({
      content: { type: 'callPermission', response: 'ACCEPT', expiresAt: '2026-12-07T14:30:00.000Z' },
    }),
  },
  {
    name: 'a text in a group',
    next: written,
    body: inbound({
      id: 'E_n3',
      message: { type: 'TEXT', text: 'ola', context: { id: null, from: null, groupId: 'GRP-1' } },
    }),
    events: received({ replyTo: { groupId: 'GRP-1' }, window: undefined }),
  },
]

function expectedReaction(action: string): object {
  return { type: 'reaction', ...(action === 'ADDED' ? { emoji: '👍' } : {}), action, messageId: 'E_out1' }
}

function expectedError(id: number, name: string): object {
  return { groupId: 1, groupName: 'x', id, name, permanent: true }
}

function echoed(messageId: string, text: string): WantedEvent {
  return {
    type: 'message.echoed',
    key: conversation,
    data: {
      messageId,
      from: business,
      to: rui,
      sentAt: '2026-11-30T12:00:00.000Z',
      content: { type: 'text', text },
      contact: { userId: ruiUserId },
    },
  }
}
