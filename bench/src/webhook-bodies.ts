import { conversation } from './conversations.ts'

/** A webhook body whose message ids are new at each call: what was published before would not be published again. */
export interface WebhookBodies {
  readonly results: number
  next(): Buffer
}

const sender = 'S'.repeat(12)
const customer = 'C'.repeat(12)
const serial = '#'.repeat(12)
/** RFC 3339 without its zone. */
const instant = 'T'.repeat(23)
const firstInstant = Date.UTC(2026, 0, 1)

/** Bodies of text messages in Infobip's shape. */
export function webhookBodies(results: number, run: string): WebhookBodies {
  return bodiesOf(results, {
    from: customer,
    to: sender,
    integrationType: 'WHATSAPP',
    receivedAt: '2026-01-01T12:00:00.000+0000',
    messageId: `wamid.${run}.${serial}`,
    pairedMessageId: null,
    callbackData: null,
    message: { type: 'TEXT', text: 'I would like to know where my order is, please. It was to come on Tuesday.' },
    contact: { name: 'Teresa Gomes' },
    price: { pricePerMessage: 0, currency: 'EUR' },
  })
}

const dayMs = 24 * 60 * 60 * 1_000

/** Bodies of delivery reports about sends that `reportedMessageId` names, each round's of a day of its own. */
export function reportBodies(results: number, round: number): WebhookBodies {
  const report = {
    bulkId: `bulk-${serial}`,
    price: { pricePerMessage: 0.02, currency: 'EUR' },
    status: { id: 5, groupId: 3, groupName: 'DELIVERED', name: 'DELIVERED_TO_HANDSET', description: 'Delivered' },
    error: { id: 0, groupId: 0, groupName: 'OK', name: 'NO_ERROR', description: 'No Error', permanent: false },
    messageId: reportedMessageId(customer),
    to: customer,
    sender,
    sentAt: '2026-01-01T12:00:00.000+0000',
    // The same send is reported again and again; the event's id, which has this time in it, is new each time.
    doneAt: `${instant}+0000`,
    messageCount: 1,
  }
  return bodiesOf(results, report, firstInstant + round * dayMs)
}

/** The messageId of the send to a customer. */
export function reportedMessageId(to: string): string {
  return `5d1f0c3a-7b52-4e0e-9a41-${to}`
}

/** What changes is written into a copy of one template, so that making a body costs little. */
function bodiesOf(results: number, result: object, startsAt = firstInstant): WebhookBodies {
  const list = Array.from({ length: results }, () => JSON.stringify(result)).join(',')
  const template = Buffer.from(`{"results":[${list}],"messageCount":${results},"pendingMessageCount":0}`)
  // As many of each kind as there are results, or a multiple of it.
  const places = (text: string): number[] => placesOf(template, text)
  const [sendersAt, customersAt, serialsAt, instantsAt] = [sender, customer, serial, instant].map(places)
  let counter = 0
  return {
    results,
    next() {
      const body = Buffer.from(template)
      for (let index = 0; index < results; index++, counter++) {
        const names = conversation(counter)
        write(body, names.sender, share(sendersAt, index))
        write(body, names.customer, share(customersAt, index))
        write(body, String(counter).padStart(serial.length, '0'), share(serialsAt, index))
        write(body, new Date(startsAt + counter).toISOString().slice(0, instant.length), share(instantsAt, index))
      }
      return body
    },
  }

  function share(places: readonly number[] = [], index: number): readonly number[] {
    const each = places.length / results
    return places.slice(index * each, (index + 1) * each)
  }
}

function write(body: Buffer, text: string, places: readonly number[]): void {
  for (const at of places) body.write(text, at, 'latin1')
}

function placesOf(template: Buffer, text: string): number[] {
  const places: number[] = []
  for (let at = template.indexOf(text); at >= 0; at = template.indexOf(text, at + text.length)) places.push(at)
  return places
}
