/** A webhook body whose message ids are new at each call: what was published before would not be published again. */
export interface WebhookBodies {
  readonly results: number
  next(): Buffer
}

const counterDigits = 12

/** Bodies of text messages in Infobip's shape; ids are written into a copy of one template, so that making them costs little. */
export function webhookBodies(results: number, run: string): WebhookBodies {
  const placeholder = '#'.repeat(counterDigits)
  const one = (index: number): string =>
    JSON.stringify({
      from: String(351_920_000_000 + (index % 5_000)),
      to: '447860099299',
      integrationType: 'WHATSAPP',
      receivedAt: '2026-01-01T12:00:00.000+0000',
      messageId: `wamid.${run}.${placeholder}`,
      pairedMessageId: null,
      callbackData: null,
      message: { type: 'TEXT', text: 'I would like to know where my order is, please. It was to come on Tuesday.' },
      contact: { name: 'Teresa Gomes' },
      price: { pricePerMessage: 0, currency: 'EUR' },
    })
  const list = Array.from({ length: results }, (_, index) => one(index)).join(',')
  const template = Buffer.from(`{"results":[${list}],"messageCount":${results},"pendingMessageCount":0}`)
  const offsets: number[] = []
  for (let at = template.indexOf(placeholder); at >= 0; at = template.indexOf(placeholder, at + counterDigits)) {
    offsets.push(at)
  }
  let counter = 0
  return {
    results,
    next() {
      const body = Buffer.from(template)
      for (const offset of offsets) body.write(String(counter++).padStart(counterDigits, '0'), offset, 'latin1')
      return body
    },
  }
}
