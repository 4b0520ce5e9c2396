import { array, assert, boolean, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { objectionToMediaUrl } from './inbound-media-url.ts'

const base = 'https://xxxxx.api.infobip.com'
const path = '/whatsapp/1/senders/447860099299/media/0f1e2d3c-4b5a'
const place = { baseUrl: base, sender: '447860099299', mediaHosts: ['files.example.com', 'api.infobip.com'] }

function objection(url: string, given = place): string | undefined {
  const parsed = URL.parse(url)
  return parsed === null ? 'no URL' : objectionToMediaUrl(parsed, given)
}

test.each([
  base + path,
  `${base}/whatsapp/2/senders/447860099299/media/wamid.HBgMMzUx==`,
  `HTTPS://XXXXX.api.infobip.com:443${path}`,
  `${base}/whatsapp/1/senders/447860099299/x/../media/abc`,
  `https://api.infobip.com${path}`,
  'https://files.example.com/any/path?with=query',
])('%s is a media item of the sender', (url) => {
  expect(objection(url)).toBeUndefined()
})

test.each([
  '/omni/1/reports',
  '/omni/1/scenarios',
  '/messages-api/1/reports',
  '/sms/1/text/query?username=x',
  '/whatsapp/1/senders/447860099299/media',
  '/whatsapp/1/senders/447860099299/media/',
  '/whatsapp/1/senders/447860099299/media/a/b',
  '/whatsapp/1/senders/447860099298/media/a',
  '/whatsapp/1/senders/447860099299/templates/a',
  '/whatsapp/1/senders/447860099299/media/..',
  '/whatsapp/1/senders/447860099299/media/%2e%2e',
  '/whatsapp/1/senders/447860099299/media/../../../../../omni/1/reports',
  '/whatsapp/1/senders/447860099299/media/%2e%2e/templates',
  '/whatsapp/1/senders/447860099299/media/..%2f..%2fomni',
  '/whatsapp/1/senders/447860099299/media/..%5comni',
  '/whatsapp/1/senders/447860099299/media/..\\..\\omni',
  '/whatsapp/1/senders/447860099299/media/..;x',
  '/whatsapp/1/senders/447860099299/media/a;jsessionid=1',
  '/whatsapp/1/senders/447860099299/media/a?x=1',
  '/whatsapp/1/senders/447860099299/media/a?',
  '/whatsapp/1/senders/447860099299/media/a#x',
  '/whatsapp/v1/senders/447860099299/media/a',
  '//whatsapp/1/senders/447860099299/media/a',
  '/x/whatsapp/1/senders/447860099299/media/a',
  '/WhatsApp/1/senders/447860099299/media/a',
])('%s of the account is not', (path) => {
  expect(objection(base + path)).toMatch(/path/)
  // Nor under another name of the same API, though its host were allowed.
  expect(objection(`https://api.infobip.com${path}`)).toMatch(/path/)
})

test.each([
  `http://xxxxx.api.infobip.com${path}`,
  `https://xxxxx.api.infobip.com:8443${path}`,
  `https://xxxxx.api.infobip.com.${path}`,
  `https://yyyyy.api.infobip.com${path}`,
  `https://xxxxx.api.infobip.com.evil.example${path}`,
  `https://user:pass@xxxxx.api.infobip.com${path}`,
  `https://xxxxx.api.infobip.com@evil.example${path}`,
  'http://files.example.com/a',
  'file:///etc/passwd',
  'data:image/png;base64,AAAA',
])('%s is not the account’s', (url) => {
  expect(objection(url)).toBeDefined()
})

test('a base URL with a path has its media below it', () => {
  const proxied = { ...place, baseUrl: 'http://127.0.0.1:3010/demo/' }
  expect(objection(`http://127.0.0.1:3010/demo${path}`, proxied)).toBeUndefined()
  expect(objection(`http://127.0.0.1:3010${path}`, proxied)).toMatch(/path/)
  expect(objection(`http://127.0.0.1:3011/demo${path}`, proxied)).toBeDefined()
})

test('whatever is written after the account’s host, only a media item of the sender is ever fetched', () => {
  const piece = constantFrom(
    ...'/ .. . %2e %2f %5c \\ ; ? # @ : // %00 é whatsapp 1 senders 447860099299 media abc omni reports'.split(' '),
    ' ',
    '\t',
  )
  assert(
    property(array(piece, { maxLength: 16 }), boolean(), (pieces, fromMedia) => {
      const text = base + (fromMedia ? '/whatsapp/1/senders/447860099299/media/' : '/') + pieces.join('')
      const url = URL.parse(text)
      if (url === null || objectionToMediaUrl(url, place) !== undefined) return
      expect(url.href).toMatch(
        /^https:\/\/xxxxx\.api\.infobip\.com\/whatsapp\/\d{1,2}\/senders\/447860099299\/media\/[^/?#%;\\]+$/,
      )
    }),
    { numRuns: 5_000 },
  )
})
