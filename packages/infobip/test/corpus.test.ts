import { describe, expect, test } from 'vitest'
import { parseWebhook, webhookKinds, type WebhookResult } from '../src/index.ts'
import { corpus } from './corpus.ts'

const kinds: Readonly<Record<string, WebhookResult['kind']>> = {
  message: 'message',
  'messages-api': 'message',
  typing: 'typing',
  delivery: 'delivery',
  seen: 'seen',
  click: 'click',
  payment: 'payment',
  consent: 'consent',
  identity: 'identity',
  template: 'template',
  call: 'call',
  echo: 'echo',
  blocklist: 'blocklist',
  usage: 'usage',
  unrecognised: 'unrecognised',
}

describe('every golden webhook is recognised as its kind', () => {
  test.each(corpus.map(({ name, body }) => [name, body] as const))('recognises %s', (name, body) => {
    const parsed = parseWebhook(body)
    expect(parsed).toMatchObject({ outcome: 'results', results: [{ kind: kinds[name.split('.')[0] ?? ''] }] })
  })

  test.each(corpus.map(({ name, body }) => [name, body] as const))(
    'keeps the text of %s as Infobip wrote it',
    (_name, body) => {
      const parsed = parseWebhook(body)
      if (parsed.outcome !== 'results') throw new Error(parsed.outcome)
      for (const { text } of parsed.results) expect(body.toString()).toContain(text)
    },
  )
})

describe('the registry of webhook kinds', () => {
  test('names a golden webhook for each kind, and each golden webhook has a kind', () => {
    const named = new Set(webhookKinds.map(({ test: name }) => name))
    const names = new Set(corpus.map(({ name }) => name))
    expect([...named].filter((name) => !names.has(name))).toEqual([])
    const variants = [
      'blocklist.campaign',
      'delivery.omni-failed',
      'message.reaction-removed',
      'message.text.bsuid',
      'unrecognised.result',
    ]
    expect([...names].filter((name) => !named.has(name))).toEqual(variants)
  })

  test('has no empty cell', () => {
    for (const { name, discriminator, becomes, test: golden } of webhookKinds)
      expect([name, discriminator, becomes, golden]).not.toContain('')
  })
})
