/** `POST /omni/1/advanced`: one message along a scenario's channels. Only what WhatsApp takes is modelled. */
export interface OmniAdvancedRequest {
  /** Opaque; without it Infobip takes the account's default scenario, which may be another sender. */
  scenarioKey?: string
  bulkId?: string
  destinations: OmniDestination[]
  whatsApp?: OmniWhatsApp
  sms?: Record<string, unknown>
  notify?: boolean
  intermediateReport?: boolean
  notifyUrl?: string
  notifyContentType?: string
  /** At most 4000 characters, given back in the reports. */
  callbackData?: string
  /** `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, at most 180 days ahead. */
  sendAt?: string
}

export interface OmniDestination {
  /** At most 200 characters; a repeated one is refused with status 5/23. */
  messageId?: string
  /** The phone wins where both are given. */
  to: { phoneNumber?: string; whatsAppUserId?: string }
}

/**
 * The body of a WhatsApp message over omni. Infobip's published schema marks `text` and `mediaTemplateData` as
 * required; its own examples leave them out, and this type follows the examples: one of its alternatives.
 */
export type OmniWhatsApp = (
  | { text: string; previewUrl?: boolean }
  | { text?: string; imageUrl: string }
  | { text?: string; videoUrl: string }
  | { text?: string; fileUrl: string }
  | { audioUrl: string }
  | { latitude: number; longitude: number; locationName?: string; address?: string }
  | { contacts: unknown[] }
  | { templateName: string; templateNamespace?: string; templateData: string[]; language: string }
  | { templateName: string; mediaTemplateData: OmniMediaTemplateData; language: string }
) &
  OmniValidity

export interface OmniValidity {
  /** From 30 s (excluded) to 48 h; longer is cut silently. */
  validityPeriod?: number
  validityPeriodTimeUnit?: 'SECONDS' | 'MINUTES' | 'HOURS'
}

export interface OmniMediaTemplateData {
  header?:
    | { textPlaceholder: string }
    | { documentUrl: string; documentFilename?: string }
    | { imageUrl: string }
    | { videoUrl: string }
    | { latitude: number; longitude: number }
  /** Always present, empty where the template has no placeholders. */
  body: { placeholders: string[] }
  buttons?: ({ urlPlaceholder: string } | { quickReplyPayload: string })[]
}
