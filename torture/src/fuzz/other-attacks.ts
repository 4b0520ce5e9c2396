import * as fc from 'fast-check'
import type { HttpAttack } from './attack.ts'
import { hostileHeaders, mostly } from './hostile-headers.ts'
import { hostileJson } from './hostile-json.ts'
import { hostilePath } from './hostile-path.ts'
import { SECRETS, SENDER } from './settings.ts'

const to = '351927482662'
/** Media are fetched: from where nobody listens. */
const mediaUrl = 'http://127.0.0.1:9/a.png'
const requests = [
  [
    '/omni/1/advanced',
    {
      scenarioKey: 'S',
      destinations: [{ to: { phoneNumber: to }, messageId: 'm1' }],
      whatsApp: { text: 'a', imageUrl: mediaUrl },
    },
  ],
  ['/whatsapp/1/message/text', { from: SENDER, to, messageId: 'm2', content: { text: 'a' } }],
  ['/whatsapp/1/message/image', { from: SENDER, to, content: { mediaUrl, caption: 'a' } }],
  [
    '/whatsapp/1/message/interactive/buttons',
    {
      from: SENDER,
      to,
      content: { body: { text: 'a' }, action: { buttons: [{ type: 'REPLY', id: '1', title: 'a' }] } },
    },
  ],
  [
    '/whatsapp/1/message/template',
    {
      messages: [
        {
          from: SENDER,
          to,
          content: { templateName: 't', templateData: { body: { placeholders: ['a'] } }, language: 'en' },
        },
      ],
    },
  ],
  [
    '/messages-api/1/messages',
    {
      messages: [
        { channel: 'WHATSAPP', sender: SENDER, destinations: [{ to }], content: { body: { type: 'TEXT', text: 'a' } } },
      ],
    },
  ],
  ['/_emulator/inbound', { from: to, to: SENDER, text: 'a', name: 'Teresa' }],
  ['/_emulator/seen', { messageId: 'm1' }],
  ['/_emulator/identity-change', { from: to, to: SENDER }],
] as const
const reads = [
  '/omni/1/logs?messageId=m1&limit=1',
  '/omni/1/reports',
  '/omni/1/scenarios',
  '/whatsapp/1/senders/quality?senders=1',
  '/_emulator/messages?limit=1',
  '/_emulator/requests?limit=-1',
  '/_emulator/conversations',
  '/_emulator/state',
  '/',
  '/main.js',
  '/../main.ts',
]

/** Everything that the emulator has but what makes it fail on purpose, move its clock or send to a URL of the request's. */
export function emulatorAttacks(): fc.Arbitrary<HttpAttack> {
  const key = mostly(`App ${SECRETS.apiKey}`, ['App', 'Basic OnRoZQ==', 'App x y'])
  const writes = requests.map(([path, body]) =>
    fc.record({
      method: fc.constant('POST'),
      path: hostilePath([path]),
      body: hostileJson([JSON.stringify(body)]),
    }),
  )
  const read = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST'),
    path: hostilePath(reads),
    body: fc.constant(Buffer.alloc(0)),
  })
  const headers = hostileHeaders({ authorization: key, 'content-type': mostly('application/json', ['text/plain', '']) })
  return fc.tuple(fc.oneof(...writes, read), headers, fc.boolean()).map(([request, given, chunked]) => ({
    kind: 'http',
    target: 'emulator',
    ...request,
    headers: given,
    chunked: chunked && request.body.length > 0,
  }))
}

/** Health and metrics, where they are all that a port has. */
export function adminAttacks(): fc.Arbitrary<HttpAttack> {
  return fc
    .record({
      method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'),
      path: hostilePath(['/livez', '/readyz', '/metrics', '/']),
      headers: hostileHeaders({}),
      body: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    })
    .map((request) => ({ kind: 'http', target: 'dispatcher', ...request, chunked: false }))
}
