import type { Shown } from '../delivery/customers.ts'
import type { Message } from '../store/entities.ts'
import { defined } from '../delivery/defined.ts'
import type { DeliveryError } from '../wire/delivery-errors.ts'
import { infobipDate } from '../wire/dates.ts'
import type { Digits } from '../wire/json.ts'
import type { Status } from '../wire/statuses.ts'

export type ReportFormat = 'omni' | 'whatsapp' | 'messages'

export interface Report {
  message: Message
  shown: Shown
  status: Status
  error: DeliveryError
  sentAt: number
  doneAt: number
  /** None where it is to show none. */
  price: { pricePerMessage: number | Digits; currency: string } | undefined
}

/** One result of a delivery report webhook. */
export function deliveryResult(format: ReportFormat, report: Report): Record<string, unknown> {
  const { message, shown, status, error, price } = report
  const platform = defined({ entityId: message.entityId, applicationId: message.applicationId })
  switch (format) {
    case 'omni':
      return {
        bulkId: message.bulkId ?? '',
        messageId: message.messageId,
        to: shown.address,
        sentAt: infobipDate(report.sentAt),
        doneAt: infobipDate(report.doneAt),
        messageCount: 1,
        ...defined({ price }),
        status,
        error,
        channel: 'WHATSAPP',
        ...defined({ callbackData: message.callbackData }),
        contact: shown.contact,
      }
    case 'whatsapp':
      return {
        ...defined({ bulkId: message.bulkId }),
        ...defined({ price }),
        status,
        error,
        messageId: message.messageId,
        doneAt: infobipDate(report.doneAt),
        messageCount: 1,
        sentAt: infobipDate(report.sentAt),
        to: shown.address,
        contact: shown.contact,
        ...defined({ callbackData: message.callbackData }),
      }
    case 'messages':
      return {
        event: 'DELIVERY',
        channel: 'WHATSAPP',
        sender: message.sender,
        destination: shown.address,
        sentAt: infobipDate(report.sentAt),
        doneAt: infobipDate(report.doneAt),
        bulkId: message.bulkId ?? '',
        messageId: message.messageId,
        ...defined({ callbackData: message.callbackData }),
        messageCount: 1,
        status,
        error,
        ...(Object.keys(platform).length > 0 ? { platform } : {}),
      }
  }
}

/** One result of a seen report webhook. */
export function seenResult(format: ReportFormat, message: Message, shown: Shown): Record<string, unknown> {
  const sentAt = infobipDate(message.sentAt ?? message.at)
  const seenAt = infobipDate(message.seenAt ?? message.at)
  const platform = defined({ entityId: message.entityId, applicationId: message.applicationId })
  switch (format) {
    case 'omni':
      return {
        messageId: message.messageId,
        from: message.sender,
        to: shown.address,
        sendAt: sentAt,
        seenAt,
        contact: shown.contact,
      }
    case 'whatsapp':
      return {
        messageId: message.messageId,
        from: message.sender,
        to: shown.address,
        sentAt,
        seenAt,
        ...platform,
        contact: shown.contact,
      }
    case 'messages':
      return {
        event: 'SEEN',
        channel: 'WHATSAPP',
        sender: message.sender,
        destination: shown.address,
        sentAt,
        seenAt,
        bulkId: message.bulkId ?? '',
        messageId: message.messageId,
        ...defined({ callbackData: message.callbackData }),
        ...(Object.keys(platform).length > 0 ? { platform } : {}),
      }
  }
}
