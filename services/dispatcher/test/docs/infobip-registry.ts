import type { DocumentName } from '../contract/openapi-validator.ts'

/**
 * What becomes of a variant: a golden command that makes use of it (its note), a webhook, or one of the others below.
 */
export type VariantCell =
  | { golden: string }
  /** Infobip's own JSON, passed on by a `native` message. */
  | { native: 'omni' | 'messages' }
  /** `payment` of an order, which is passed on as it is given. */
  | { payment: true }
  | { webhook: string }
  | { refused: string }

/** The variants of each schema with a discriminator: `value` or `value value …` to what becomes of them. */
export interface SchemaVariants {
  document: DocumentName
  schema: string
  values: [values: string, cell: VariantCell][]
}

export const variants: readonly SchemaVariants[] = [
  {
    document: 'omni-failover',
    schema: 'InboundMessage',
    values: [
      [
        'TEXT IMAGE DOCUMENT STICKER LOCATION CONTACT VIDEO VOICE AUDIO BUTTON INTERACTIVE_BUTTON_REPLY INTERACTIVE_LIST_REPLY INTERACTIVE_PAYMENT_CONFIRMATION ORDER',
        { webhook: 'results[].message.type' },
      ],
    ],
  },
  {
    document: 'omni-failover',
    schema: 'MoReport',
    values: [['WHATSAPP VIBER FACEBOOK', { webhook: 'results[].integrationType' }]],
  },
  { document: 'omni-failover', schema: 'MoMessage', values: [['TEXT FILE', { webhook: 'results[].message.type' }]] },
  { document: 'omni-failover', schema: 'ReferralMedia', values: [['IMAGE VIDEO', { webhook: 'referral' }]] },
  { document: 'omni-failover', schema: 'BaselineComponent', values: [['FILLER TEXT ICON SPACER', { native: 'omni' }]] },
  { document: 'omni-failover', schema: 'BoxComponent', values: [['HORIZONTAL VERTICAL BASELINE', { native: 'omni' }]] },
  { document: 'omni-failover', schema: 'ButtonAction', values: [['POSTBACK URI MESSAGE', { native: 'omni' }]] },
  { document: 'omni-failover', schema: 'FlexContainer', values: [['BUBBLE CAROUSEL', { native: 'omni' }]] },
  {
    document: 'omni-failover',
    schema: 'HorizontalVerticalComponent',
    values: [['BOX BUTTON FILLER IMAGE TEXT SEPARATOR SPACER', { native: 'omni' }]],
  },
  {
    document: 'omni-failover',
    schema: 'KakaoAlimButton',
    values: [
      ['APP_LINK URL DELIVERY_TRACKING CHATBOT_SWITCH MESSAGE_DELIVERY BOT_KEYWORD ADD_CHANNEL', { native: 'omni' }],
    ],
  },
  {
    document: 'omni-failover',
    schema: 'KakaoChinguButton',
    values: [['APP_LINK URL MESSAGE_DELIVERY BOT_KEYWORD', { native: 'omni' }]],
  },
  {
    document: 'whatsapp',
    schema: 'CardAllowedTemplateButtonContent',
    values: [['QUICK_REPLY URL', { golden: 'template with carousel' }]],
  },
  {
    document: 'whatsapp',
    schema: 'InteractiveAllowedOrderBrazilPaymentsDetails',
    values: [['BRAZIL_PIX_DC BRAZIL_BOLETO BRAZIL_LINK', { payment: true }]],
  },
  {
    document: 'whatsapp',
    schema: 'InteractiveAllowedOrderPaymentDetails',
    values: [
      ['UPI_PAYU', { golden: 'order details' }],
      [
        'BRAZIL BRAZIL_PIX_DC BRAZIL_LINK BRAZIL_BOLETO BRAZIL_PAYMENTS PG_PAYU PG_RAZORPAY UPI_INTENT UPI_LINK',
        { payment: true },
      ],
    ],
  },
  { document: 'whatsapp', schema: 'InteractiveButtonContent', values: [['REPLY', { golden: 'buttons' }]] },
  {
    document: 'whatsapp',
    schema: 'InteractiveButtonsHeaderContent',
    values: [
      ['TEXT', { golden: 'buttons' }],
      ['VIDEO', { golden: 'buttons under video' }],
      ['IMAGE', { golden: 'buttons under image' }],
      ['DOCUMENT', { golden: 'buttons under document' }],
    ],
  },
  { document: 'whatsapp', schema: 'InteractiveFlowHeaderContent', values: [['TEXT', { golden: 'flow' }]] },
  { document: 'whatsapp', schema: 'InteractiveListHeaderContent', values: [['TEXT', { golden: 'list' }]] },
  {
    document: 'whatsapp',
    schema: 'InteractiveMediaCarouselAction',
    values: [
      ['QUICK_REPLY', { golden: 'carousel of replies' }],
      ['URL', { golden: 'carousel of links' }],
    ],
  },
  { document: 'whatsapp', schema: 'InteractiveMultiProductHeaderContent', values: [['TEXT', { golden: 'products' }]] },
  {
    document: 'whatsapp',
    schema: 'InteractiveOrderDetailsHeaderContent',
    values: [['IMAGE', { golden: 'order details' }]],
  },
  {
    document: 'whatsapp',
    schema: 'InteractiveOrderPaymentStatus',
    values: [
      ['UPI_PAYU', { golden: 'template with every newer button' }],
      ['BRAZIL BRAZIL_PIX_DC PG_PAYU PG_RAZORPAY BRAZIL_LINK BRAZIL_BOLETO UPI_INTENT UPI_LINK', { payment: true }],
    ],
  },
  {
    document: 'whatsapp',
    schema: 'InteractiveUrlButtonHeaderContent',
    values: [
      ['TEXT', { golden: 'URL button' }],
      ['VIDEO', { golden: 'URL button under video' }],
      ['IMAGE', { golden: 'URL button under image' }],
      ['DOCUMENT', { golden: 'URL button under document' }],
    ],
  },
  {
    document: 'whatsapp',
    schema: 'MediaCarouselCardHeader',
    values: [['IMAGE VIDEO', { golden: 'carousel of replies' }]],
  },
  {
    document: 'whatsapp',
    schema: 'OrderStatusContent',
    values: [['ORDER_STATUS', { golden: 'template with every newer button' }]],
  },
  { document: 'whatsapp', schema: 'ReferralMedia', values: [['IMAGE VIDEO', { webhook: 'referral' }]] },
  {
    document: 'whatsapp',
    schema: 'TemplateAllowedOrderPaymentDetails',
    values: [
      ['BRAZIL_PIX_DC', { golden: 'template with every newer button' }],
      ['BRAZIL_LINK BRAZIL_BOLETO BRAZIL_PAYMENTS PG_PAYU PG_RAZORPAY UPI_INTENT UPI_LINK', { payment: true }],
    ],
  },
  {
    document: 'whatsapp',
    schema: 'TemplateButtonContent',
    values: [
      ['QUICK_REPLY URL', { golden: 'template with text over WhatsApp’s own API' }],
      ['COPY_CODE', { golden: 'template with a code to copy' }],
      ['FLOW CATALOG MULTI_PRODUCT ORDER_DETAILS VOICE_CALL', { golden: 'template with every newer button' }],
    ],
  },
  {
    document: 'whatsapp',
    schema: 'TemplateHeaderContent',
    values: [
      ['TEXT', { golden: 'template with text over WhatsApp’s own API' }],
      ['DOCUMENT', { golden: 'template with document over WhatsApp’s own API' }],
      ['IMAGE VIDEO', { golden: 'template with carousel' }],
      ['GIF', { golden: 'template with GIF' }],
      ['LOCATION', { golden: 'template with location over WhatsApp’s own API' }],
    ],
  },
  { document: 'whatsapp', schema: 'UPIIntentPaymentFormat', values: [['LINK', { payment: true }]] },
  {
    document: 'whatsapp',
    schema: 'WhatsAppInboundContent',
    values: [
      [
        'TEXT LOCATION IMAGE DOCUMENT AUDIO VIDEO VOICE CONTACT INFECTED_CONTENT BUTTON STICKER INTERACTIVE_BUTTON_REPLY INTERACTIVE_LIST_REPLY INTERACTIVE_FLOW_REPLY INTERACTIVE_PAYMENT_CONFIRMATION INTERACTIVE_CALL_PERMISSION_REPLY INTERACTIVE_IN_THREAD_AUTHENTICATION_REPLY ORDER REACTION UNSUPPORTED',
        { webhook: 'results[].message.type' },
      ],
    ],
  },
  {
    document: 'whatsapp',
    schema: 'WhatsAppOutboundEventContent',
    values: [['TYPING_INDICATOR', { golden: 'typing' }]],
  },
  {
    document: 'whatsapp',
    schema: 'TemplateApiResponse',
    values: [['MARKETING UTILITY AUTHENTICATION', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'whatsapp',
    schema: 'TemplatePublicApiRequest',
    values: [['MARKETING UTILITY AUTHENTICATION', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'whatsapp',
    schema: 'AuthenticationButtonApiData',
    values: [['COPY_CODE ONE_TAP', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'whatsapp',
    schema: 'ButtonApiData',
    values: [
      [
        'PHONE_NUMBER URL QUICK_REPLY COPY_CODE FLOW CATALOG MULTI_PRODUCT ORDER_DETAILS VOICE_CALL REQUEST_CONTACT_INFO',
        { refused: 'native_path_unknown' },
      ],
    ],
  },
  {
    document: 'whatsapp',
    schema: 'HeaderApiData',
    values: [['TEXT IMAGE VIDEO GIF DOCUMENT LOCATION', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'whatsapp',
    schema: 'TemplatePushEventChange',
    values: [['TEMPLATE_STATUS_UPDATE TEMPLATE_CATEGORY_UPDATE TEMPLATE_QUALITY_UPDATE', { webhook: 'change.type' }]],
  },
  {
    document: 'whatsapp',
    schema: 'V1ButtonApiData',
    values: [['PHONE_NUMBER URL QUICK_REPLY', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'whatsapp',
    schema: 'V1HeaderApiData',
    values: [['TEXT IMAGE VIDEO DOCUMENT LOCATION', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiCarouselTemplateButton',
    values: [['QUICK_REPLY OPEN_URL PHONE_NUMBER', { native: 'messages' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiInboundEvent',
    values: [['MO TYPING_STARTED TYPING_STOPPED', { webhook: 'results[].event' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessageBody',
    values: [
      ['TEXT', { golden: 'text' }],
      ['IMAGE', { golden: 'image' }],
      ['VIDEO', { golden: 'video' }],
      ['DOCUMENT', { golden: 'document' }],
      [
        'RICH_LINK AUTHENTICATION_REQUEST CAROUSEL CONTACT MIXED TIME_PICKER ORDER_REQUEST ORDER_STATUS FORM',
        { native: 'messages' },
      ],
      ['LIST', { golden: 'native Messages API' }],
      ['LOCATION', { golden: 'location' }],
      ['STICKER', { golden: 'sticker' }],
      ['PRODUCT', { golden: 'products' }],
      ['FLOW', { golden: 'flow that fetches its data' }],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessageButton',
    values: [
      ['REPLY', { golden: 'buttons' }],
      ['OPEN_URL', { golden: 'template with document' }],
      ['DIAL_PHONE SHOW_LOCATION REQUEST_LOCATION ADD_CALENDAR_EVENT', { native: 'messages' }],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessageFlowAction',
    values: [
      ['NAVIGATE', { golden: 'flow' }],
      ['DATA_EXCHANGE', { golden: 'flow that fetches its data' }],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessageFormPage',
    values: [['SELECT PICKER DATE_PICKER INPUT INTRO', { native: 'messages' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessageHeader',
    values: [['TEXT', { golden: 'template with text header' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessagePaymentConfiguration',
    values: [
      [
        'PG_PAYU PG_RAZORPAY UPI_PAYU BRAZIL BRAZIL_PIX_DC BRAZIL_LINK BRAZIL_BOLETO UPI_INTENT APPLE_PAY',
        { native: 'messages' },
      ],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMoEventContent',
    values: [
      [
        'TEXT SUBJECT IMAGE AUDIO VIDEO DOCUMENT FILE URL BUTTON_REPLY LIST_REPLY LOCATION AUTHENTICATION_RESPONSE FLOW_RESPONSE PAYMENT_RESPONSE FORM_RESPONSE REACTION',
        { webhook: 'results[].content[].type' },
      ],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiOutboundEvent',
    values: [['TYPING_STARTED TYPING_STOPPED SEEN', { refused: 'native_path_unknown' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiTemplateBody',
    values: [
      ['TEXT', { golden: 'text' }],
      ['CAROUSEL', { native: 'messages' }],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiTemplateButton',
    values: [
      ['QUICK_REPLY', { golden: 'template with image' }],
      ['OPEN_URL', { golden: 'template with document' }],
      ['PHONE_NUMBER FLOW CATALOG MULTI_PRODUCT', { native: 'messages' }],
      ['COPY_CODE', { golden: 'template with a code to copy' }],
    ],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiTemplateCarouselCardHeader',
    values: [['IMAGE VIDEO', { native: 'messages' }]],
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiTemplateHeader',
    values: [
      ['TEXT', { golden: 'template with text header' }],
      ['DOCUMENT', { golden: 'template with document' }],
      ['IMAGE', { golden: 'template with image' }],
      ['VIDEO', { golden: 'template with video' }],
      ['LOCATION', { golden: 'template with place' }],
    ],
  },
  { document: 'messages-api', schema: 'MessagesApiUpiIntentPaymentFormat', values: [['LINK', { native: 'messages' }]] },
]

/** What becomes of each endpoint; those that are not here send no message and are none of `native`'s: `refused: native_path_unknown`. */
export const endpoints: readonly [document: DocumentName, endpoint: string, use: string, test: string][] = [
  [
    'omni-failover',
    'GET /omni/1/scenarios',
    'read to see whether an account is well',
    'packages/infobip/test/client.test.ts',
  ],
  ['omni-failover', 'POST /omni/1/scenarios', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['omni-failover', 'GET /omni/1/scenarios/{scenarioKey}', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['omni-failover', 'PUT /omni/1/scenarios/{scenarioKey}', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  [
    'omni-failover',
    'POST /omni/1/advanced',
    '`message.send`: omni’s kinds and `native {api: omni}`',
    'requests.contract.test.ts',
  ],
  [
    'omni-failover',
    'GET /omni/1/reports',
    'refused: `native_path_unknown`, and never read: a report can be read but once',
    'traps.test.ts',
  ],
  [
    'omni-failover',
    'GET /omni/1/logs',
    'looked up where the outcome of a send is unknown',
    'packages/infobip/test/client.test.ts',
  ],
  ['whatsapp', 'POST /whatsapp/1/events', '`typing.start`', 'requests.contract.test.ts'],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/media/{mediaId}',
    'a customer’s media, by the media-server',
    'packages/infobip/test/inbound-media.test.ts',
  ],
  [
    'whatsapp',
    'HEAD /whatsapp/1/senders/{sender}/media/{mediaId}',
    'as GET',
    'packages/infobip/test/inbound-media.test.ts',
  ],
  [
    'whatsapp',
    'POST /whatsapp/1/senders/{sender}/message/{messageId}/read',
    '`message.read`',
    'requests.contract.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/payments/upi/payu/{paymentId}',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/payments/br/{paymentId}',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/payments/upi/{paymentId}',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/2/senders/{sender}/templates',
    'read to know the templates',
    'services/dispatcher/test/templates.test.ts',
  ],
  [
    'whatsapp',
    'POST /whatsapp/2/senders/{sender}/templates',
    '`imchannel templates push`',
    'packages/cli/test/templates.test.ts',
  ],
  [
    'whatsapp',
    'DELETE /whatsapp/2/senders/{sender}/templates/{templateName}',
    '`imchannel templates delete`',
    'packages/cli/test/templates.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/2/senders/{sender}/templates/{id}',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'PATCH /whatsapp/2/senders/{sender}/templates/{id}',
    '`imchannel templates push`',
    'packages/cli/test/templates.test.ts',
  ],
  ['whatsapp', 'GET /whatsapp/1/senders/{sender}/templates', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['whatsapp', 'POST /whatsapp/1/senders/{sender}/templates', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['whatsapp', 'GET /whatsapp/1/templates', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['whatsapp', 'GET /whatsapp/1/senders/{sender}/flows', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['whatsapp', 'POST /whatsapp/1/senders/{sender}/flows', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  [
    'whatsapp',
    'DELETE /whatsapp/1/senders/{sender}/flows/{flowId}',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'PATCH /whatsapp/1/senders/{sender}/flows/{flowId}',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'POST /whatsapp/1/senders/{sender}/flows/{flowId}/publish',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/flows/{flowId}/json',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'PUT /whatsapp/1/senders/{sender}/flows/{flowId}/json',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'POST /whatsapp/1/senders/{sender}/flows/{flowId}/deprecate',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/flows/{flowId}/preview',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'POST /whatsapp/1/senders/{sender}/flows/generate',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  ['whatsapp', 'DELETE /whatsapp/1/senders/{sender}/media', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/quality',
    'read to know how WhatsApp rates the numbers',
    'packages/infobip/src/answers/read-account.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/business-info',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'PATCH /whatsapp/1/senders/{sender}/business-info',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/business-info/logo',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/senders/{sender}/calls/{userNumber}/permissions',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  ['whatsapp', 'GET /whatsapp/1/senders/{sender}/public-key', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['whatsapp', 'POST /whatsapp/1/senders/{sender}/public-key', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  [
    'whatsapp',
    'POST /whatsapp/1/embedded-signup/registrations/business-account/{businessAccountId}/senders',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'PUT /whatsapp/1/embedded-signup/registrations/senders/{sender}/verification',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'POST /whatsapp/1/embedded-signup/registrations/senders/{sender}/verification',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'GET /whatsapp/1/{sender}/contacts/{userNumber}/identity',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'PUT /whatsapp/1/{sender}/contacts/{userNumber}/identity',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  [
    'whatsapp',
    'DELETE /whatsapp/1/{sender}/contacts/{userNumber}/identity',
    'refused: `native_path_unknown`',
    'check-send.test.ts',
  ],
  ['whatsapp', 'POST /whatsapp/1/conversions', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['whatsapp', 'POST /whatsapp/1/conversions/waba', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  [
    'messages-api',
    'POST /messages-api/1/messages',
    '`message.send` on accounts set to it, and `native {api: messages}`',
    'requests.contract.test.ts',
  ],
  [
    'messages-api',
    'POST /messages-api/1/messages/validate',
    '`validateMessages` of the client',
    'packages/infobip/test/client.test.ts',
  ],
  ['messages-api', 'POST /messages-api/1/events', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['messages-api', 'GET /messages-api/1/reports', 'refused: `native_path_unknown`', 'check-send.test.ts'],
  ['messages-api', 'GET /messages-api/1/inbound', 'refused: `native_path_unknown`', 'check-send.test.ts'],
]
