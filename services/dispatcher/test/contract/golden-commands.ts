import type { CommandContent, SendMessage } from '@imchannel/events'

/** One command or more of every kind of content, with where it must go. */
export interface GoldenCommand {
  note: string
  content: CommandContent
  /** Over an account that is set to omni. */
  path: string
  /** Over one that is set to the Messages API; the same path where it is left out. */
  messagesPath?: string
  more?: Partial<SendMessage>
}

const url = 'https://media.example.com/acme/imchannel/getImageMessage/bb8b8717-5b71-45a7-be04-af9cb746661b'
const media = { url }
const omni = '/omni/1/advanced'
const messagesPath = '/messages-api/1/messages'
const whatsapp = (kind: string): string => `/whatsapp/1/message/${kind}`
const money = { value: 1000 }
const payment = {
  type: 'UPI_PAYU',
  id: 'p-1',
  productDescription: 'Tea',
  customerFirstName: 'Tea',
  customerEmail: 't@example.com',
}
const order = {
  catalogId: 'c-1',
  items: [{ retailerId: 'r-1', name: 'Green tea', amount: money, saleAmount: { value: 900 }, quantity: 2 }],
  subtotal: money,
  tax: { value: 10, description: 'VAT' },
  shipping: { value: 5 },
  discount: { amount: { value: 1, description: 'Spring' }, programName: 'Spring' },
  expiration: { seconds: 600, description: 'Ten minutes' },
  quickPay: true,
}
const details = {
  payment,
  paymentConfiguration: 'conf',
  currency: 'INR',
  orderType: 'PHYSICAL_GOODS',
  total: money,
  order,
} as const

export const goldenCommands: readonly GoldenCommand[] = [
  { note: 'text', content: { type: 'text', text: 'Service Message - Chat Closed Success.' }, path: omni, messagesPath },
  {
    note: 'text with preview',
    content: { type: 'text', text: 'See https://example.com', previewUrl: true },
    path: omni,
    messagesPath: whatsapp('text'),
  },
  {
    note: 'text that quotes',
    content: { type: 'text', text: 'Yes' },
    path: whatsapp('text'),
    more: { replyTo: { messageId: 'wamid.HBgM' } },
  },
  {
    note: 'text with platform',
    content: { type: 'text', text: 'Yes' },
    path: whatsapp('text'),
    messagesPath,
    more: { entityId: 'e', applicationId: 'a' },
  },
  {
    note: 'text that expires',
    content: { type: 'text', text: 'Yes' },
    path: omni,
    messagesPath,
    more: { expiresAt: '2026-01-02T00:00:00.000Z', callbackData: 'cb' },
  },
  {
    note: 'text for later',
    content: { type: 'text', text: 'Yes' },
    path: omni,
    messagesPath,
    more: { sendAt: '2026-01-01T10:00:00.000Z' },
  },
  {
    note: 'text to a BSUID',
    content: { type: 'text', text: 'Yes' },
    path: omni,
    messagesPath,
    more: { to: 'IN.abc123' },
  },
  {
    note: 'text for later that expires',
    content: { type: 'text', text: 'Yes' },
    path: omni,
    messagesPath,
    more: {
      sendAt: '2026-01-01T10:00:00.000Z',
      expiresAt: '2026-01-01T11:00:00.000Z',
      callbackData: '{"order":4711}',
    },
  },
  { note: 'image', content: { type: 'image', media, caption: 'A caption' }, path: omni, messagesPath },
  {
    note: 'image with a file name',
    content: { type: 'image', media, filename: 'NFO_resized.jpg' },
    path: omni,
    messagesPath,
  },
  { note: 'video', content: { type: 'video', media, caption: 'A caption' }, path: omni, messagesPath },
  { note: 'document', content: { type: 'document', media, caption: 'A caption' }, path: omni, messagesPath },
  {
    note: 'document with a file name',
    content: { type: 'document', media, caption: 'A caption', filename: 'terms.pdf' },
    path: whatsapp('document'),
    messagesPath,
  },
  { note: 'audio', content: { type: 'audio', media }, path: omni, messagesPath: whatsapp('audio') },
  { note: 'voice note', content: { type: 'audio', media, voice: true }, path: whatsapp('audio') },
  { note: 'sticker', content: { type: 'sticker', media }, path: whatsapp('sticker'), messagesPath },
  {
    note: 'location',
    content: { type: 'location', latitude: 45.79, longitude: 15.94, name: 'Zagreb', address: 'A street' },
    path: omni,
    messagesPath,
  },
  {
    note: 'location without a name',
    content: { type: 'location', latitude: -33.86, longitude: 151.2 },
    path: omni,
    messagesPath,
  },
  {
    note: 'contacts',
    content: {
      type: 'contacts',
      contacts: [
        {
          name: { firstName: 'Teresa', formattedName: 'Teresa Gomes', lastName: 'Gomes' },
          phones: [{ phone: '39123456789', type: 'WORK', waId: '39123456789' }],
          emails: [{ email: 't@example.com', type: 'HOME' }],
          urls: [{ url: 'https://example.com' }],
          addresses: [{ street: 'Zadarska', city: 'Zagreb', zip: '10000', countryCode: 'HR', type: 'WORK' }],
          org: { company: 'Acme' },
          birthday: '1990-01-01',
        },
      ],
    },
    path: omni,
    messagesPath: whatsapp('contact'),
  },
  {
    note: 'contacts with everything',
    content: {
      type: 'contacts',
      contacts: [
        {
          name: {
            firstName: 'Ana',
            formattedName: 'Dr Ana M. Horvat Jr',
            lastName: 'Horvat',
            middleName: 'M.',
            namePrefix: 'Dr',
            nameSuffix: 'Jr',
          },
          phones: [{ phone: '+385 91 1', type: 'CELL' }, { phone: '2' }],
          emails: [{ email: 'a@example.com', type: 'WORK' }, { email: 'b@example.com' }],
          urls: [{ url: 'https://a.example.com', type: 'WORK' }],
          addresses: [
            {
              street: 'Street 1',
              city: 'City',
              state: 'State',
              zip: '00100',
              country: 'Country',
              countryCode: 'CC',
              type: 'HOME',
            },
          ],
          org: { company: 'Company', department: 'Department', title: 'Title' },
          birthday: '2000-02-29',
        },
        { name: { firstName: 'B', formattedName: 'B' } },
      ],
    },
    path: omni,
    messagesPath: whatsapp('contact'),
  },
  {
    note: 'template',
    content: { type: 'template', name: 'order_shipped', language: 'en_GB', placeholders: ['Teresa', '4711'] },
    path: omni,
    messagesPath,
  },
  {
    note: 'template without placeholders',
    content: { type: 'template', name: 'hello', language: 'en', namespace: 'ns' },
    path: omni,
    messagesPath,
  },
  ...(['image', 'video'] as const).map((type): GoldenCommand => ({
    note: `template with ${type}`,
    content: {
      type: 'template',
      name: 't',
      language: 'en',
      header: { type, media },
      buttons: [{ type: 'quickReply', payload: 'yes' }],
    },
    path: omni,
    messagesPath,
  })),
  {
    note: 'template with document',
    content: {
      type: 'template',
      name: 't',
      language: 'en',
      header: { type: 'document', media, filename: 'a.pdf' },
      buttons: [{ type: 'url', parameter: 'a' }],
    },
    path: omni,
    messagesPath,
  },
  {
    note: 'template with text header',
    content: { type: 'template', name: 't', language: 'en', header: { type: 'text', placeholder: 'x' } },
    path: omni,
    messagesPath,
  },
  {
    note: 'template with place',
    content: { type: 'template', name: 't', language: 'en', header: { type: 'location', latitude: 1, longitude: 2 } },
    path: omni,
    messagesPath,
  },
  ...(
    [
      { type: 'text', placeholder: 'x' },
      { type: 'document', media, filename: 'a.pdf' },
      { type: 'location', latitude: 1, longitude: 2 },
    ] as const
  ).map((header): GoldenCommand => ({
    note: `template with ${header.type} over WhatsApp’s own API`,
    content: {
      type: 'template',
      name: 't',
      language: 'en',
      header,
      buttons: [
        { type: 'quickReply', payload: 'yes' },
        { type: 'url', parameter: 'a' },
      ],
    },
    path: whatsapp('template'),
    more: { replyTo: { messageId: 'wamid.HBgM' } },
  })),
  {
    note: 'template with a code to copy',
    content: { type: 'template', name: 't', language: 'en', buttons: [{ type: 'copyCode', code: 'SPRING' }] },
    path: whatsapp('template'),
    messagesPath,
  },
  ...(['image', 'video', 'document'] as const).map((type): GoldenCommand => ({
    note: `URL button under ${type}`,
    content: { type: 'urlButton', body: 'See', title: 'Open', url: 'https://example.com', header: { type, media } },
    path: whatsapp('interactive/url-button'),
    messagesPath,
  })),
  {
    note: 'flow that fetches its data',
    content: { type: 'flow', body: 'Book', button: 'Book', flowId: 'f', flowToken: 't', action: 'DATA_EXCHANGE' },
    path: whatsapp('interactive/flow'),
    messagesPath,
  },
  {
    note: 'template with GIF',
    content: { type: 'template', name: 't', language: 'en', header: { type: 'gif', media } },
    path: whatsapp('template'),
  },
  {
    note: 'template with every newer button',
    content: {
      type: 'template',
      name: 't',
      language: 'en',
      buttons: [
        { type: 'copyCode', code: 'SPRING' },
        { type: 'url' },
        { type: 'flow', flowToken: 't', data: { a: 1, b: 'x' } },
        { type: 'catalog', thumbnailProductRetailerId: 'r' },
        {
          type: 'products',
          thumbnailProductRetailerId: 'r-2',
          sections: [{ title: 'New', productRetailerIds: ['r-1', 'r-2'] }],
        },
        {
          type: 'orderDetails',
          ...details,
          payment: { type: 'BRAZIL_PIX_DC', code: 'c', merchantName: 'm', key: 'k', keyType: 'EMAIL', id: 'p' },
        },
        { type: 'voiceCall', validityMinutes: 60, payload: 'p' },
      ],
      limitedTimeOffer: { expiresAt: '2026-02-01T01:30:00+01:30' },
      orderStatus: [{ payment: { type: 'UPI_PAYU', id: 'p-1' }, status: 'SHIPPED', description: 'On its way' }],
      smsFailover: { from: '447860099299', text: 'Sent by SMS' },
    },
    path: whatsapp('template'),
  },
  {
    note: 'template with carousel',
    content: {
      type: 'template',
      name: 't',
      language: 'en',
      placeholders: ['c'],
      carousel: [
        {
          header: { type: 'image', media },
          placeholders: ['a', 'b'],
          buttons: [
            { type: 'quickReply', payload: 'p' },
            { type: 'url', parameter: 'q' },
          ],
        },
        { header: { type: 'video', media }, buttons: [{ type: 'url', parameter: 'p' }] },
      ],
    },
    path: whatsapp('template'),
  },
  {
    note: 'buttons',
    content: {
      type: 'buttons',
      body: 'Choose',
      buttons: [
        { id: 'a', title: 'A' },
        { id: 'b', title: 'B' },
      ],
      header: 'Head',
      footer: 'Foot',
    },
    path: whatsapp('interactive/buttons'),
    messagesPath,
  },
  ...(['image', 'video', 'document'] as const).map((type): GoldenCommand => ({
    note: `buttons under ${type}`,
    content: { type: 'buttons', body: 'Choose', buttons: [{ id: 'a', title: 'A' }], header: { type, media } },
    path: whatsapp('interactive/buttons'),
    messagesPath,
  })),
  {
    note: 'list',
    content: {
      type: 'list',
      body: 'Choose',
      button: 'Open',
      sections: [
        { title: 'One', rows: [{ id: '1', title: 'First', description: 'The first' }] },
        { title: 'Two', rows: [{ id: '2', title: 'Second' }] },
      ],
      header: 'Head',
      footer: 'Foot',
    },
    path: whatsapp('interactive/list'),
  },
  {
    note: 'URL button',
    content: {
      type: 'urlButton',
      body: 'See',
      title: 'Open',
      url: 'https://example.com',
      header: { type: 'text', text: 'Head' },
      footer: 'Foot',
    },
    path: whatsapp('interactive/url-button'),
    messagesPath,
  },
  {
    note: 'product',
    content: { type: 'product', catalogId: 'c', productRetailerId: 'r', body: 'See', footer: 'Foot' },
    path: whatsapp('interactive/product'),
  },
  {
    note: 'products',
    content: {
      type: 'productList',
      header: 'Head',
      body: 'See',
      catalogId: 'c',
      sections: [
        { title: 'New', productRetailerIds: ['r', 's'] },
        { title: 'Old', productRetailerIds: ['t'] },
      ],
      footer: 'Foot',
    },
    path: whatsapp('interactive/multi-product'),
    messagesPath,
  },
  {
    note: 'carousel of replies',
    content: {
      type: 'carousel',
      body: 'See',
      cards: (['image', 'video'] as const).map((type) => ({
        header: { type, media },
        body: `Card with ${type}`,
        buttons: [
          { id: 'a', title: 'A' },
          { id: 'b', title: 'B' },
        ],
      })),
    },
    path: whatsapp('interactive/media-carousel'),
  },
  {
    note: 'carousel of links',
    content: {
      type: 'carousel',
      body: 'See',
      cards: (['image', 'video'] as const).map((type) => ({
        header: { type, media },
        body: '',
        button: { title: `Open ${type}`, url: `https://example.com/${type}` },
      })),
    },
    path: whatsapp('interactive/media-carousel'),
  },
  {
    note: 'flow',
    content: {
      type: 'flow',
      body: 'Book',
      button: 'Book',
      flowId: 'f',
      flowToken: 't',
      mode: 'PUBLISHED',
      action: 'NAVIGATE',
      screen: 'S',
      data: { day: 'today', count: 1 },
      header: 'Head',
      footer: 'Foot',
    },
    path: whatsapp('interactive/flow'),
    messagesPath,
  },
  {
    note: 'flow that knows its first screen',
    content: { type: 'flow', body: 'Book', button: 'Book', flowId: 'f', flowToken: 't' },
    path: whatsapp('interactive/flow'),
  },
  {
    note: 'flow of a version',
    content: { type: 'flow', body: 'Book', button: 'Book', flowId: 'f', flowToken: 't', version: 3 },
    path: whatsapp('interactive/flow'),
  },
  {
    note: 'voice button',
    content: { type: 'voiceButton', body: 'Call us', button: 'Call', validityMinutes: 60, payload: 'p' },
    path: whatsapp('interactive/voice-button'),
  },
  {
    note: 'location request',
    content: { type: 'locationRequest', body: 'Where are you?' },
    path: whatsapp('interactive/location-request'),
  },
  {
    note: 'contact request',
    content: { type: 'contactRequest', body: 'Who are you?' },
    path: whatsapp('interactive/request-contact-info'),
  },
  {
    note: 'call permission',
    content: { type: 'callPermissionRequest' },
    path: whatsapp('interactive/call-permission-request'),
  },
  {
    note: 'authentication',
    content: { type: 'authenticationRequest' },
    path: whatsapp('interactive/in-thread-authentication-request'),
  },
  {
    note: 'order details',
    content: { type: 'orderDetails', body: 'Pay', ...details, header: { type: 'image', media }, footer: 'Foot' },
    path: whatsapp('interactive/order-details'),
  },
  {
    note: 'order status',
    content: {
      type: 'orderStatus',
      payment: { type: 'UPI_PAYU', id: 'p-1' },
      status: 'SHIPPED',
      description: 'On its way',
      body: 'Soon',
      footer: 'Foot',
    },
    path: whatsapp('interactive/order-status'),
  },
  {
    note: 'native omni',
    content: { type: 'native', api: 'omni', body: { whatsApp: { text: 'Hello' }, sms: { text: 'Hello' } } },
    path: omni,
  },
  {
    note: 'native omni for later',
    content: {
      type: 'native',
      api: 'omni',
      body: { destinations: [{ to: { phoneNumber: '+39 123456789' } }], sendAt: 'ours wins', whatsApp: { text: 'Hi' } },
    },
    path: omni,
    more: { callbackData: 'cb', sendAt: '2026-01-01T10:00:00.000Z' },
  },
  {
    note: 'native WhatsApp that quotes',
    content: {
      type: 'native',
      api: 'whatsapp',
      path: 'text',
      body: { from: '447860099299', content: { text: 'Yes' }, urlOptions: { shortenUrl: false } },
    },
    path: whatsapp('text'),
    more: { replyTo: { messageId: 'wamid.HBgM' }, callbackData: 'cb', entityId: 'e', applicationId: 'a' },
  },
  {
    note: 'native Messages API with an envelope',
    content: {
      type: 'native',
      api: 'messages',
      body: {
        messages: [
          {
            destinations: [{ to: '39123456789' }],
            content: { body: { type: 'TEXT', text: 'Hi' } },
            webhooks: { seen: { url: 'https://example.com/seen' }, callbackData: 'theirs' },
            options: { adaptationMode: true },
          },
        ],
        options: { schedule: { bulkId: 'b' } },
      },
    },
    path: messagesPath,
    more: { callbackData: 'ours' },
  },
  {
    note: 'native WhatsApp',
    content: {
      type: 'native',
      api: 'whatsapp',
      path: 'interactive/location-request',
      body: { content: { body: { text: 'Where?' } } },
    },
    path: whatsapp('interactive/location-request'),
  },
  {
    note: 'native template',
    content: {
      type: 'native',
      api: 'whatsapp',
      path: 'template',
      body: { content: { templateName: 't', templateData: { body: { placeholders: [] } }, language: 'en' } },
    },
    path: whatsapp('template'),
  },
  {
    note: 'native Messages API',
    content: {
      type: 'native',
      api: 'messages',
      body: {
        content: {
          body: {
            type: 'LIST',
            text: 'Choose',
            sections: [{ sectionTitle: 'One', items: [{ id: '1', text: 'First' }] }],
          },
        },
      },
    },
    path: messagesPath,
  },
]

export function goldenSend({ content, more }: Pick<GoldenCommand, 'content' | 'more'>): SendMessage {
  return {
    type: 'imchannel.message.send.v1',
    id: 'order-4711',
    tenant: 'acme',
    from: '447860099299',
    to: '39123456789',
    content,
    ...more,
  }
}
