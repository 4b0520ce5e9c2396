import type { InfobipRequest } from '@imchannel/infobip'

/** A request to Infobip, and what is needed to log it and to read its answer. */
export interface PreparedRequest extends InfobipRequest {
  method: 'POST'
  api: 'omni' | 'whatsapp' | 'messages'
  /** The function of the log lines: `sendMessage`, `sendWhatsAppImageMessage`, … */
  logName: string
  /** What the answer looks like, for `readResponse`. */
  answer: 'message' | 'messages' | 'none'
}
