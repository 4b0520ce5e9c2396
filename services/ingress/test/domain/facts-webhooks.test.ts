import { describe, expect, test } from 'vitest'
import { factsWebhooks } from '../support/facts-webhooks.ts'
import { eventsOf, recordsOf } from './read.ts'

describe('a webhook about windows, money, identity, templates or consent', () => {
  test.each(factsWebhooks.map((one) => [one.name, one] as const))('%s', (_name, { body, events }) => {
    const made = eventsOf(body)
    expect(made.map(({ type, key }) => [type, key])).toEqual(
      events.map(({ type, key }) => [`imchannel.${type}.v1`, `acme:${key}`]),
    )
    made.forEach((event, index) => {
      const [record] = recordsOf(event)
      const data: unknown = JSON.parse(record?.value.toString() ?? '')
      for (const [name, value] of Object.entries(events[index]?.data ?? {}))
        expect((data as Record<string, unknown>)[name], `${event.type} ${name}`).toEqual(value)
    })
  })

  test('each event of one body has an id of its own, and is read alone again as the same event', () => {
    for (const { body, name } of factsWebhooks) {
      const made = eventsOf(body)
      expect(new Set(made.map(({ id }) => id)).size, name).toBe(made.length)
      for (const { id, verbatim, type } of made) {
        const text = verbatim?.['original'] ?? verbatim?.['raw'] ?? ''
        expect(
          eventsOf(text).map((event) => [event.type, event.id]),
          name,
        ).toContainEqual([type, id])
      }
    }
  })
})
