import { commandContents } from '@imchannel/events'
import type { CommandContent, MediaRef } from '@imchannel/events'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildReadRequest,
  buildSendRequest,
  buildTypingRequest,
  checkSend,
  listMedia,
} from '../../src/domain/requests/index.ts'
import type { FoundMedia, SendContext } from '../../src/domain/requests/index.ts'
import { goldenCommands, goldenSend } from './golden-commands.ts'
import { deviations } from './openapi-deviations.ts'
import { asObject, createValidator, nameOf, objectAt, openApiDirectory, readDocument } from './openapi-validator.ts'
import type { DocumentName } from './openapi-validator.ts'
import { sendOf } from './send-arbitrary.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const messageId = '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2'
const contexts: readonly SendContext[] = [
  { api: 'omni', scenarioKey: 'AAAAAAAAAAAABC63903B684B3E46C5DD869', messageId, now },
  { api: 'omni', messageId, now },
  { api: 'messages', messageId, now },
]
const found: FoundMedia = { url: 'https://chat.example.com/acme/imchannel/getImageMessage/1', filename: 'stored.jpg' }

function resolved(content: CommandContent): Map<MediaRef, FoundMedia> {
  return new Map(listMedia(content).map(({ ref }) => [ref, found]))
}

function documentOf(path: string): DocumentName {
  if (path.startsWith('/omni/')) return 'omni-failover'
  return path.startsWith('/whatsapp/') ? 'whatsapp' : 'messages-api'
}

const kinds = Object.keys(commandContents).filter((kind) => kind !== 'native') as Exclude<
  CommandContent['type'],
  'native'
>[] // its own keys

it('has a golden command of every kind of content', () => {
  expect(new Set(goldenCommands.map(({ content }) => content.type))).toEqual(new Set(Object.keys(commandContents)))
})

describe.skipIf(openApiDirectory === undefined)(
  'every request is as Infobip’s OpenAPI document says (skipped without INFOBIP_OPENAPI_DIR)',
  () => {
    const directory = openApiDirectory ?? ''
    const validators = new Map<DocumentName, ReturnType<typeof createValidator>>()
    const violations = (path: string, body: string | undefined): string[] => {
      const document = documentOf(path)
      const validate = validators.get(document) ?? createValidator(directory, document)
      validators.set(document, validate)
      return validate(path, JSON.parse(body ?? 'null'))
    }

    it.each(goldenCommands)('$note', ({ content, more }) => {
      for (const context of contexts) {
        const command = goldenSend({ content, ...(more === undefined ? {} : { more }) })
        if (checkSend(command, context) !== undefined) continue
        const { path, body } = buildSendRequest(command, context, resolved(content))
        expect({ path, violations: violations(path, body) }).toEqual({ path, violations: [] })
      }
    })

    it.each(kinds)('%s, drawn from its schema', (kind) => {
      fc.assert(
        fc.property(sendOf(kind), fc.constantFrom(...contexts), (command, context) => {
          // What is refused is drawn anew; checks that let nothing through fail the test by that.
          fc.pre(checkSend(command, context) === undefined)
          const { path, body } = buildSendRequest(command, context, resolved(command.content))
          expect(violations(path, body)).toEqual([])
        }),
        { numRuns: 200 },
      )
    })

    it('typing', () => {
      const typing = {
        type: 'imchannel.typing.start.v1',
        id: 'x',
        tenant: 'acme',
        from: '447860099299',
        to: '39123456789',
      } as const
      const { path, body } = buildTypingRequest(typing, messageId)
      expect(violations(path, body)).toEqual([])
    })

    it('mark as read has a path of the document', () => {
      const read = {
        type: 'imchannel.message.read.v1',
        id: 'x',
        tenant: 'acme',
        from: '447860099299',
        messageId: 'wamid.1',
      } as const
      const template = '/whatsapp/1/senders/{sender}/message/{messageId}/read'
      expect(buildReadRequest(read).path).toBe(
        template.replace('{sender}', '447860099299').replace('{messageId}', 'wamid.1'),
      )
      expect(objectAt(objectAt(readDocument(directory, 'whatsapp'), 'paths'), template).post).toBeDefined()
    })

    it('refuses a field that the document does not know, so that a misspelt one cannot pass', () => {
      const body = JSON.stringify({ destinations: [{ to: { phoneNumber: '1' } }], whatsApp: { txt: 'x' } })
      expect(violations('/omni/1/advanced', body).join()).toContain('unevaluated')
    })

    it.each(deviations)('still needs $document $schema set aside', ({ document, schema, rule }) => {
      const schemas = objectAt(objectAt(readDocument(directory, document), 'components'), 'schemas')
      const [, found] = Object.entries(schemas).find(([key]) => nameOf(key) === schema) ?? []
      const text = JSON.stringify(found)
      if (rule.at === 'required') expect(asObject(found).required).not.toEqual(rule.instead)
      else expect(text).toContain('"additionalProperties":{"type":"object"')
    })
  },
)
