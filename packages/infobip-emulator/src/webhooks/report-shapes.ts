import type { Customer, Message } from '../store/entities.ts'
import type { DeliveryError } from '../wire/delivery-errors.ts'
import { infobipDate } from '../wire/dates.ts'
import type { Status } from '../wire/statuses.ts'

export type ReportFormat = 'omni' | 'whatsapp' | 'messages'

export interface Report {
  message: Message
  customer: Customer
  status: Status
  error: DeliveryError
  sentAt: number
  doneAt: number
  price: { perMessage: number; currency: string }
}

const present = <T extends Record<string, unknown>>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T> // same keys, fewer

/** What a report says of the customer: never a phone number that WhatsApp would not give. */
export function contactOf(customer: Customer): Record<string, unknown> {
  return present({
    name: customer.name,
    phoneNumber: customer.phone,
    userId: customer.userId,
    parentUserId: customer.parentUserId,
    username: customer.username,
  })
}

export const addressOf = (customer: Customer): string => customer.phone ?? customer.userId ?? customer.id

/** One result of a delivery report webhook. */
export function deliveryResult(format: ReportFormat, report: Report): Record<string, unknown> {
  const { message, customer, status, error } = report
  const price = { pricePerMessage: report.price.perMessage, currency: report.price.currency }
  const platform = present({ entityId: message.entityId, applicationId: message.applicationId })
  switch (format) {
    case 'omni':
      return {
        bulkId: message.bulkId ?? '',
        messageId: message.messageId,
        to: addressOf(customer),
        sentAt: infobipDate(report.sentAt),
        doneAt: infobipDate(report.doneAt),
        messageCount: 1,
        price,
        status,
        error,
        channel: 'WHATSAPP',
        ...present({ callbackData: message.callbackData }),
        contact: contactOf(customer),
      }
    case 'whatsapp':
      return {
        ...present({ bulkId: message.bulkId }),
        price,
        status,
        error,
        messageId: message.messageId,
        doneAt: infobipDate(report.doneAt),
        messageCount: 1,
        sentAt: infobipDate(report.sentAt),
        to: addressOf(customer),
        contact: contactOf(customer),
        ...present({ callbackData: message.callbackData }),
      }
    case 'messages':
      return {
        event: 'DELIVERY',
        channel: 'WHATSAPP',
        sender: message.sender,
        destination: addressOf(customer),
        sentAt: infobipDate(report.sentAt),
        doneAt: infobipDate(report.doneAt),
        bulkId: message.bulkId ?? '',
        messageId: message.messageId,
        ...present({ callbackData: message.callbackData }),
        messageCount: 1,
        status,
        error,
        ...(Object.keys(platform).length > 0 ? { platform } : {}),
      }
  }
}

/** One result of a seen report webhook. */
export function seenResult(format: ReportFormat, message: Message, customer: Customer): Record<string, unknown> {
  const sentAt = infobipDate(message.sentAt ?? message.at)
  const seenAt = infobipDate(message.seenAt ?? message.at)
  const platform = present({ entityId: message.entityId, applicationId: message.applicationId })
  switch (format) {
    case 'omni':
      return {
        messageId: message.messageId,
        from: message.sender,
        to: addressOf(customer),
        sendAt: sentAt,
        seenAt,
        contact: contactOf(customer),
      }
    case 'whatsapp':
      return {
        messageId: message.messageId,
        from: message.sender,
        to: addressOf(customer),
        sentAt,
        seenAt,
        ...platform,
        contact: contactOf(customer),
      }
    case 'messages':
      return {
        event: 'SEEN',
        channel: 'WHATSAPP',
        sender: message.sender,
        destination: addressOf(customer),
        sentAt,
        seenAt,
        bulkId: message.bulkId ?? '',
        messageId: message.messageId,
        ...present({ callbackData: message.callbackData }),
        ...(Object.keys(platform).length > 0 ? { platform } : {}),
      }
  }
}
