/** What every message of `POST /whatsapp/1/message/*` carries. */
export interface WhatsAppEnvelope {
  from: string
  /** Phone number or BSUID. */
  to: string
  messageId?: string
  callbackData?: string
  notifyUrl?: string
  entityId?: string
  applicationId?: string
  context?: { replyToMessageId: string }
  urlOptions?: {
    /** Infobip's default is true as soon as `urlOptions` is there. */
    shortenUrl?: boolean
    trackClicks?: boolean
    trackingUrl?: string
    removeProtocol?: boolean
    customDomain?: string
  }
}

/** A message with content; the content's shape is its endpoint's. */
export interface WhatsAppMessage extends WhatsAppEnvelope {
  content?: Readonly<Record<string, unknown>>
}

/** `POST /whatsapp/1/message/template`: a list, and so is its answer. */
export interface WhatsAppTemplateRequest {
  messages: (WhatsAppMessage & { smsFailover?: { from: string; text: string } })[]
  bulkId?: string
}

/** `POST /whatsapp/1/events`: the typing indicator, for exactly one destination. It marks the message as read, too. */
export interface WhatsAppEventRequest {
  events: {
    sender: string
    destinations: [{ to: string; messageId?: string }]
    content: { type: 'TYPING_INDICATOR' }
  }[]
}

/** The message endpoints by kind: the path below `/whatsapp/1/message/`. */
export const whatsAppMessagePaths = {
  text: '/whatsapp/1/message/text',
  image: '/whatsapp/1/message/image',
  video: '/whatsapp/1/message/video',
  audio: '/whatsapp/1/message/audio',
  document: '/whatsapp/1/message/document',
  sticker: '/whatsapp/1/message/sticker',
  location: '/whatsapp/1/message/location',
  contacts: '/whatsapp/1/message/contact',
  template: '/whatsapp/1/message/template',
  buttons: '/whatsapp/1/message/interactive/buttons',
  list: '/whatsapp/1/message/interactive/list',
  product: '/whatsapp/1/message/interactive/product',
  multiProduct: '/whatsapp/1/message/interactive/multi-product',
  carousel: '/whatsapp/1/message/interactive/media-carousel',
  urlButton: '/whatsapp/1/message/interactive/url-button',
  locationRequest: '/whatsapp/1/message/interactive/location-request',
  flow: '/whatsapp/1/message/interactive/flow',
  voiceButton: '/whatsapp/1/message/interactive/voice-button',
  callPermissionRequest: '/whatsapp/1/message/interactive/call-permission-request',
  orderDetails: '/whatsapp/1/message/interactive/order-details',
  orderStatus: '/whatsapp/1/message/interactive/order-status',
  authenticationRequest: '/whatsapp/1/message/interactive/in-thread-authentication-request',
  contactRequest: '/whatsapp/1/message/interactive/request-contact-info',
} as const

export type WhatsAppMessageKind = keyof typeof whatsAppMessagePaths
