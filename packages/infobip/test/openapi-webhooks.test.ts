import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parseWebhook, webhookKinds, type WebhookKind } from '../src/index.ts'
import { golden } from './corpus.ts'
import { discriminators, instances, type OpenApi } from './openapi-instances.ts'

const directory = process.env['INFOBIP_OPENAPI_DIR']
const documents = ['whatsapp', 'omni-failover', 'messages-api'] as const

const expected: Readonly<Record<string, WebhookKind>> = {
  'receive-inbound-whatsapp-messages': 'message',
  'receive-whatsapp-delivery-reports': 'delivery',
  'receive-whatsapp-seen-reports': 'seen',
  'receive-whatsapp-payment-notification': 'payment',
  'receive-whatsapp-marketing-update-notification': 'consent',
  'receive-whatsapp-message-template-update-events': 'template',
  'receive-whatsapp-identity-change-notification': 'identity',
  'receive-omni-failover-message-delivery-reports': 'delivery',
  'receive-omni-failover-message-seen-reports': 'seen',
  'receive-omni-failover-inbound-messages': 'message',
  'receive-messages-api-delivery-reports': 'delivery',
  'receive-messages-api-seen-reports': 'seen',
  'receive-messages-api-incoming-messages': 'message',
}

// Without the variable the documents are not there, and every test here is counted as skipped.
describe.skipIf(directory === undefined)('against the OpenAPI documents (skipped without INFOBIP_OPENAPI_DIR)', () => {
  describe.each(documents)('%s', (document) => {
    const openApi = directory === undefined ? undefined : read(directory, document)
    const webhooks = Object.keys(openApi?.webhooks ?? {})

    test.each(webhooks)('every instance of %s is recognised as its kind', (webhook) => {
      if (openApi === undefined) throw new Error('the documents are not there')
      const made = instances(openApi, webhook)
      expect(made.length).toBeGreaterThan(0)
      for (const instance of made) {
        const parsed = parseWebhook(Buffer.from(JSON.stringify(instance)))
        if (parsed.outcome !== 'results') throw new Error(parsed.outcome)
        expect(parsed.results.length).toBeGreaterThan(0)
        for (const result of parsed.results) {
          const kind = JSON.stringify(instance).includes('"event":"TYPING_') ? 'typing' : expected[webhook]
          expect(result.kind, result.text).toBe(kind)
          if (result.kind !== 'message') continue
          expect(
            result.message.parts.map((part) => part.type),
            result.text,
          ).not.toContain(undefined)
        }
      }
    })

    test.each(webhooks)('the registry has a row for every discriminator of %s', (webhook) => {
      if (openApi === undefined) throw new Error('the documents are not there')
      const rows = webhookKinds.filter((row) => row.document === document && row.webhook === webhook)
      expect(rows.length).toBeGreaterThan(0)
      const named = new Set(rows.map((row) => row.discriminator))
      const missing = discriminators(openApi, webhook).filter(({ path, value }) => !named.has(`${path} = ${value}`))
      expect(missing).toEqual([])
    })
  })

  test.each(webhookKinds.filter((row) => row.document !== undefined).map((row) => [row.test, row] as const))(
    'the golden webhook %s is as its document says',
    (name, { document, webhook }) => {
      if (directory === undefined || document === undefined || webhook === undefined) return
      const openApi = read(directory, document)
      const ajv = new Ajv({ strict: false, validateFormats: false, discriminator: false })
      const schema = openApi.webhooks[webhook]?.post.requestBody.content['application/json'].schema
      const validate = ajv.compile({ ...schema, components: relaxed(openApi.components) })
      expect(validate(withoutNulls(JSON.parse(golden(name).toString()))), JSON.stringify(validate.errors)).toBe(true)
    },
  )
})

function read(folder: string, document: string): OpenApi {
  // The documents are Infobip's own OpenAPI 3.1 files.
  return JSON.parse(readFileSync(join(folder, `${document}.openapi.json`), 'utf8')) as OpenApi
}

// Two rules of the documents are set aside: `discriminator` means nothing to JSON Schema, and the alternatives of `oneOf` overlap (a
// Viber text is a valid WhatsApp message of the legacy document as well), so that one of them is enough.
function relaxed(components: unknown): unknown {
  const text = JSON.stringify(components, (key, value: unknown) =>
    key === 'discriminator' || key === 'xml' ? undefined : value,
  )
  return JSON.parse(text.replaceAll('"oneOf":[', '"anyOf":['))
}

// Infobip sends explicit nulls where its documents know absent fields alone.
function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => member ?? undefined))
}
