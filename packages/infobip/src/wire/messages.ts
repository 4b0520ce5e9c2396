/** `POST /messages-api/1/messages`. The unified form of all channels; a body of a type that Infobip adds is no error here. */
export interface MessagesApiRequest {
  messages: (MessagesApiMessage | MessagesApiTemplateMessage)[]
  options?: {
    schedule?: { bulkId?: string; sendAt?: string }
    tracking?: { shortenUrl?: boolean; trackClicks?: boolean }
  }
}

interface MessagesApiEnvelope {
  channel: string
  sender?: string
  destinations: { to: string; messageId?: string }[]
  options?: {
    validityPeriod?: { amount: number; timeUnit?: 'SECONDS' | 'MINUTES' | 'HOURS' }
    /** Infobip's default is true: it then sends something else, silently, where the content cannot be shown. */
    adaptationMode?: boolean
    platform?: { entityId?: string; applicationId?: string }
    correlationData?: string
  }
  webhooks?: { callbackData?: string; delivery?: { url?: string }; seen?: { url?: string } }
}

export interface MessagesApiMessage extends MessagesApiEnvelope {
  content: {
    header?: { type: string; [field: string]: unknown }
    body: { type: string; [field: string]: unknown }
    buttons?: { type: string; [field: string]: unknown }[]
    footer?: { text: string }
  }
}

export interface MessagesApiTemplateMessage extends MessagesApiEnvelope {
  template: { templateName: string; language?: string }
  content?: {
    header?: { type: string; [field: string]: unknown }
    body?: { type: string; [field: string]: unknown }
    buttons?: { type: string; [field: string]: unknown }[]
  }
}
