import { beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { createChecker, type Checker } from '../src/openapi/checker.ts'
import { requestSchema } from '../src/openapi/documents.ts'
import { setAside } from '../src/openapi/set-aside.ts'
import { createRandom } from '../src/random.ts'
import { messagesEvents, messagesRequest } from '../src/schemas/messages/request.ts'
import { omniAdvanced } from '../src/schemas/omni.ts'
import { scenarioRequest } from '../src/schemas/omni-scenarios.ts'
import { identityConfirmation, mediaDeletion, whatsAppEvents } from '../src/schemas/whatsapp/events.ts'
import * as interactive from '../src/schemas/whatsapp/interactive.ts'
import * as orders from '../src/schemas/whatsapp/orders.ts'
import * as plain from '../src/schemas/whatsapp/plain.ts'
import { templateDefinition, templateEdit } from '../src/schemas/whatsapp/template-definition.ts'
import { templateMessages } from '../src/schemas/whatsapp/template-message.ts'
import { createSampler } from './schema-samples.ts'

const directory = process.env.INFOBIP_OPENAPI_DIR
const REQUESTS = 600
const message = (kind: string): string => `/whatsapp/1/message/${kind}`

const endpoints: [method: string, path: string, schema: z.ZodType][] = [
  ['post', '/omni/1/advanced', omniAdvanced],
  ['post', '/omni/1/scenarios', scenarioRequest],
  ['put', '/omni/1/scenarios/{scenarioKey}', scenarioRequest],
  ['post', message('text'), plain.textMessage],
  ['post', message('image'), plain.imageMessage],
  ['post', message('video'), plain.videoMessage],
  ['post', message('document'), plain.documentMessage],
  ['post', message('audio'), plain.audioMessage],
  ['post', message('sticker'), plain.stickerMessage],
  ['post', message('location'), plain.locationMessage],
  ['post', message('contact'), plain.contactMessage],
  ['post', message('template'), templateMessages],
  ['post', message('interactive/buttons'), interactive.buttonsMessage],
  ['post', message('interactive/list'), interactive.listMessage],
  ['post', message('interactive/media-carousel'), interactive.mediaCarouselMessage],
  ['post', message('interactive/location-request'), interactive.locationRequestMessage],
  ['post', message('interactive/request-contact-info'), interactive.requestContactInfoMessage],
  ['post', message('interactive/product'), interactive.productMessage],
  ['post', message('interactive/multi-product'), interactive.multiProductMessage],
  ['post', message('interactive/flow'), interactive.flowMessage],
  ['post', message('interactive/url-button'), interactive.urlButtonMessage],
  ['post', message('interactive/call-permission-request'), interactive.callPermissionRequestMessage],
  ['post', message('interactive/voice-button'), interactive.voiceButtonMessage],
  ['post', message('interactive/in-thread-authentication-request'), interactive.inThreadAuthenticationRequestMessage],
  ['post', message('interactive/order-details'), orders.orderDetailsMessage],
  ['post', message('interactive/order-status'), orders.orderStatusMessage],
  ['post', '/whatsapp/1/events', whatsAppEvents],
  ['delete', '/whatsapp/1/senders/{sender}/media', mediaDeletion],
  ['put', '/whatsapp/1/{sender}/contacts/{userNumber}/identity', identityConfirmation],
  ['post', '/whatsapp/2/senders/{sender}/templates', templateDefinition],
  ['patch', '/whatsapp/2/senders/{sender}/templates/{id}', templateEdit],
  ['post', '/messages-api/1/messages', messagesRequest],
  ['post', '/messages-api/1/messages/validate', messagesRequest],
  ['post', '/messages-api/1/events', messagesEvents],
]

// The documents are Infobip's: they are not in this repository, and CI points here at where they lie.
describe.skipIf(directory === undefined)('the emulator’s schemas (skipped without INFOBIP_OPENAPI_DIR)', () => {
  let checker: Checker

  beforeAll(async () => {
    checker = await createChecker(directory ?? '')
  })

  it.each(endpoints)('refuse and accept what the document does: %s %s', (method, path, schema) => {
    const document = checker.documents.find((one) => one.paths[path]?.[method] !== undefined)
    const body = requestSchema(document?.paths[path]?.[method])
    const check = checker.request(method, path)
    if (document === undefined || body === undefined || check === undefined)
      throw new Error(`no document has ${method} ${path}`)
    const random = createRandom(`contract ${method} ${path}`)
    const { sample, mutate } = createSampler(random, document.schemas)
    const verdicts = { accepted: 0, refused: 0 }
    for (let i = 0; i < REQUESTS; i++) {
      const right = sample(body)
      const request = i % 3 === 0 ? right : i % 3 === 1 ? mutate(right) : mutate(mutate(right))
      const complaints: string[] = check(request)
      const parsed = schema.safeParse(request)
      const expected = complaints.length === 0
      verdicts[expected ? 'accepted' : 'refused']++
      if (parsed.success !== expected) {
        const ours = parsed.success ? 'accepts it' : JSON.stringify(parsed.error.issues.slice(0, 3))
        expect.fail(
          `document: ${complaints.join('; ') || 'accepts it'}\nemulator: ${ours}\n${JSON.stringify(request, null, 1).slice(0, 3000)}`,
        )
      }
    }
    expect(verdicts.accepted).toBeGreaterThan(50)
    expect(verdicts.refused).toBeGreaterThan(50)
  })

  it('cover every sending path of the documents', () => {
    const covered = new Set(endpoints.map(([, path]) => path))
    const sending = checker.documents
      .flatMap((document) => Object.keys(document.paths))
      .filter((path) => /\/message\/(?!\{)|messages-api.*\/messages|omni\/1\/advanced|\/events$/.test(path))
    expect(sending.filter((path) => !covered.has(path))).toEqual([])
  })

  it('set aside no rule that the documents do not have any more', () => {
    const names = new Set(
      checker.documents.flatMap((one) => Object.keys(one.schemas)).map((name) => name.split('.').at(-1)),
    )
    expect(setAside.filter((one) => !names.has(one.schema))).toEqual([])
    for (const { rule, why } of setAside) expect(rule.length * why.length).toBeGreaterThan(0)
  })
})
