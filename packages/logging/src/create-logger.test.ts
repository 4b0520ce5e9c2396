import { context, trace, TraceFlags } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { createLogger, type LoggerOptions } from './create-logger.ts'
import { id, json, line, raw } from './log-text.ts'

function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = []
  const logger = createLogger({
    service: 'ingress',
    format: 'classic',
    level: 'info',
    privacy: 'none',
    write: (text) => lines.push(text),
    ...options,
  })
  return { lines, logger }
}

const body = Buffer.from(
  '{"results":[{"from":"351927482662","price":{"pricePerMessage":0.000000}}],"messageCount":1,"pendingMessageCount":0}',
)

describe('classic lines', () => {
  it('print a webhook as the legacy system did', () => {
    const { lines, logger } = logged()
    logger.info({ fn: 'onMessage', tenant: 'acme' }, line`Message received ${body}`)
    expect(lines).toEqual([`[IMCHANNEL] [onMessage] Message received ${body.toString()}`])
  })

  it('print a request with its URL and body', () => {
    const { lines, logger } = logged()
    logger.info(
      { fn: 'sendMessage' },
      line`request to [${raw('https://x.api.infobip.com/omni/1/advanced')}] Data [${json({ scenarioKey: 'A', whatsApp: { text: 'a' } })}] with api key header`,
    )
    expect(lines[0]).toBe(
      '[IMCHANNEL] [sendMessage] request to [https://x.api.infobip.com/omni/1/advanced] Data [{"scenarioKey":"A","whatsApp":{"text":"a"}}] with api key header',
    )
  })

  it('print the closing reply of EXPIRE', () => {
    const { lines, logger } = logged()
    logger.info({ fn: 'onGetImageMessage' }, line`Set expire for key [${'IMChannel:MultimediaMessage:1'}] ${1}`)
    expect(lines[0]).toBe('[IMCHANNEL] [onGetImageMessage] Set expire for key [IMChannel:MultimediaMessage:1] 1')
  })

  it('put a pretty-printed body on one line with its digits and its strings as they came', () => {
    const { lines, logger } = logged()
    logger.info(
      { fn: 'onMessage' },
      line`Message received ${Buffer.from('{\n  "a": 1.50,\r\n\t"b": "x,  \\" : y"\n}')}`,
    )
    expect(lines[0]).toBe('[IMCHANNEL] [onMessage] Message received {"a":1.50,"b":"x,  \\" : y"}')
  })

  it('never become two lines, whatever is in them', () => {
    const { lines, logger } = logged()
    logger.info({ fn: 'onGetImageMessage' }, line`Request received for ID [${'x\n[IMCHANNEL] [forged] \u2028\r'}]`)
    expect(lines[0]).toBe(
      String.raw`[IMCHANNEL] [onGetImageMessage] Request received for ID [x\n[IMCHANNEL] [forged] \u2028\u000d]`,
    )
  })

  it.each([
    '\u0000',
    '\u001b',
    '\u007f',
    '\u009b',
    '\u009d',
    '\u061c',
    '\u200e',
    '\u200f',
    '\u202e',
    '\u2066',
    '\u2069',
    '\ufeff',
  ])('have no control character: %j', (character) => {
    const said = { text: `a${character}b` }
    const code = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    const classic = logged()
    classic.logger.info({ fn: 'f' }, line`${json(said)} ${raw(character)} ${character}`)
    expect(classic.lines[0]).not.toContain(character)
    expect(classic.lines[0]).toContain(code)
    expect(JSON.parse(/\{.*\}/.exec(classic.lines[0] ?? '')?.[0] ?? '')).toEqual(said)
    const lines = logged({ format: 'json' })
    lines.logger.info({ fn: 'f', tenant: character }, line`${json(said)}`)
    expect(lines.lines[0]).not.toContain(character)
    expect(JSON.parse(lines.lines[0] ?? '')).toMatchObject({ tenant: character })
  })

  it('mark what is not information, and carry the stack of an error', () => {
    const { lines, logger } = logged({ level: 'debug' })
    logger.debug({ fn: 'f' }, 'd')
    logger.warn({ fn: 'f' }, 'w')
    logger.error({ fn: 'f' }, 'failed', new Error('outer', { cause: 'inner' }))
    expect(lines.slice(0, 2)).toEqual(['[IMCHANNEL] [f] [DEBUG] d', '[IMCHANNEL] [f] [WARN] w'])
    expect(lines[2]).toMatch(/^\[IMCHANNEL\] \[f\] \[ERROR\] failed: Error: outer\\n.*\(cause: inner\)$/)
  })

  it('below the level are left out, until the level changes', () => {
    const { lines, logger } = logged({ level: 'warn' })
    logger.info({ fn: 'f' }, 'a')
    logger.configure({ format: 'classic', level: 'info', privacy: 'none' })
    logger.info({ fn: 'f' }, 'b')
    expect(lines).toEqual(['[IMCHANNEL] [f] b'])
  })

  it('that cannot be printed do not throw', () => {
    const { lines, logger } = logged()
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    logger.info({ fn: 'f' }, line`${json(cycle)}`)
    expect(lines).toEqual(['[IMCHANNEL] [f] [WARN] a line could not be printed'])
  })

  it('of more than a mebibyte are cut and say so', () => {
    const { lines, logger } = logged()
    logger.info({ fn: 'f' }, 'x'.repeat(2_000_000))
    expect(lines[0]?.length).toBeLessThan(1_100_000)
    expect(lines[0]?.slice(-30)).toMatch(/… \(2000016 characters\)$/)
  })
})

describe('JSON lines', () => {
  it('carry the same facts with service, function, tenant and message id', () => {
    const { lines, logger } = logged({ format: 'json' })
    logger.info({ fn: 'onMessage', tenant: 'acme', messageId: 'm1' }, line`Message received ${body}`)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'ingress',
      function: 'onMessage',
      tenant: 'acme',
      messageId: 'm1',
      message: `Message received ${body.toString()}`,
    })
  })

  it('without an active span have no trace ids', () => {
    const { lines, logger } = logged({ format: 'json' })
    const span = trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: TraceFlags.NONE })
    context.with(trace.setSpan(context.active(), span), () => logger.info({ fn: 'f' }, 'x'))
    expect(Object.keys(JSON.parse(lines[0] ?? '{}'))).not.toContain('trace_id')
  })
})

/** A customer's number in base64, as WhatsApp's ids have it. */
const WAMID = 'wamid.HBgMMzUxOTI3NDgyNjYyFQIAEhgUM0EwMTIzNDU2Nzg5QUJDREVGMDEA'

/** What is left when every run of base64 in a text is decoded, wherever it begins. */
function decodedRuns(text: string): string {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)]
    .flatMap(([run]) => [0, 1, 2, 3].map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1')))
    .join('\n')
}

describe('masked lines', () => {
  const message = Buffer.from(
    JSON.stringify({
      results: [
        {
          from: '351927482662',
          to: '447860099299',
          messageId: WAMID,
          message: { type: 'TEXT', text: 'Oh well' },
          contact: { name: 'Teresa Gomes' },
          somethingNew: { note: 'private words', phone: 351927482662 },
          status: { groupName: 'DELIVERED', name: 'DELIVERED_TO_HANDSET', description: 'Message delivered to handset' },
          price: { currency: 'EUR' },
        },
      ],
      messageCount: 1,
    }).replace('"EUR"}', '"EUR","pricePerMessage":0.000000}'),
  )

  it.each(['classic', 'json'] as const)('in %s hide numbers, names and texts and keep what happened', (format) => {
    const { lines, logger } = logged({ privacy: 'mask', format })
    logger.info({ fn: 'onMessage' }, line`Message received ${message} from ${'351927482662'} as ${raw('447860099299')}`)
    const printed = lines[0] ?? ''
    for (const hidden of ['351927482662', 'Oh well', 'Teresa', 'private words']) expect(printed).not.toContain(hidden)
    for (const kept of [
      'DELIVERED_TO_HANDSET',
      'Message delivered to handset',
      'wamid.#',
      'TEXT',
      '0.000000',
      '*********662',
      '447860099299',
    ])
      expect(printed).toContain(kept)
  })

  it.each(['classic', 'json'] as const)(
    'in %s have no number that is coded in an id, in bodies, paths and fields alike',
    (format) => {
      const { lines, logger } = logged({ privacy: 'mask', format })
      const body = { messageId: WAMID, pairedMessageId: WAMID, context: { id: WAMID }, bulkId: `x-${WAMID.slice(6)}` }
      logger.info({ fn: 'f', tenant: 'acme', messageId: WAMID }, line`${json(body)} of ${WAMID}`)
      logger.info(
        { fn: 'f' },
        line`request to [${raw(`https://x/senders/4/message/${encodeURIComponent(WAMID)}/read`)}]`,
      )
      logger.info({ fn: 'f' }, line`path /a/${raw(WAMID.slice(6))}/b, command ${id('order:351927482662:7')}`)
      const printed = lines.join('\n')
      expect(decodedRuns(WAMID)).toContain('351927482662')
      expect(decodedRuns(printed)).not.toMatch(/\d{9}/)
      expect(printed).not.toContain('351927482662')
      // One id has one hash, so that its lines can be found.
      expect(new Set(printed.match(/wamid\.#[0-9a-f]{12}/g)).size).toBe(1)
      expect(printed.match(/wamid\.#/g)?.length).toBeGreaterThanOrEqual(5)
      expect(printed).toContain('order:*********662:7')
    },
  )

  it.each([
    '351927482662',
    '+351927482662',
    'tel.351927482662',
    '+351 927 482 662',
    '351-927-482-662',
    '351.927.482.662',
    '(351) 927482662',
    '351\u00a0927\u00a0482\u00a0662',
  ])('mask the number %s in a text', (number) => {
    const { lines, logger } = logged({ privacy: 'mask' })
    const body = { results: [{ status: { description: `Not on WhatsApp: ${number}, try again` } }] }
    logger.info({ fn: 'f' }, line`${json(body)} refused ${number}, gone`)
    expect(lines[0]).not.toMatch(/927|482/)
    expect(lines[0]).toMatch(/662, try again.*662, gone$/)
  })

  it('show a location nowhere, nor any number that is longer or shorter than a phone’s', () => {
    const { lines, logger } = logged({ privacy: 'mask' })
    const message = { type: 'LOCATION', latitude: 38.7123, longitude: -9.1398 }
    const response = { card: 4111111111111111, otp: 123456, code: '4921' }
    logger.info({ fn: 'f' }, line`${json({ results: [{ message: { ...message, response } }] })}`)
    for (const shown of ['38', '9.1', '4111', '1234', '4921']) expect(lines[0]).not.toContain(shown)
    expect(lines[0]).toContain('LOCATION')
  })

  it('hide names that nobody knows: a number may be one', () => {
    const { lines, logger } = logged({ privacy: 'mask' })
    const inner = { '351927482662': 1, 'Teresa Gomes': 2 }
    logger.info({ fn: 'f' }, line`${json({ ...inner, results: [{ ...inner, status: inner, message: inner }] })}`)
    expect(lines[0]).not.toMatch(/351927|Teresa/)
    expect(lines[0]).toContain('"status":{"***":"***"}')
  })

  it('leave dates, addresses and ids that contain digits alone', () => {
    const { lines, logger } = logged({ privacy: 'mask' })
    logger.info({ fn: 'f' }, line`${'since 2025-02-27T15:44:57.000Z at 192.168.100.200:9092'}`)
    expect(lines[0]).toContain('since 2025-02-27T15:44:57.000Z at 192.168.100.200:9092')
  })

  it('leave ids that contain digits alone', () => {
    const { lines, logger } = logged({ privacy: 'mask' })
    logger.info({ fn: 'f' }, line`key [${'IMChannel:MultimediaMessage:bb8b8717-5b71-45a7-be04-123456789012'}]`)
    expect(lines[0]).toContain('bb8b8717-5b71-45a7-be04-123456789012')
  })

  it('hide user ids, and what an error says of a customer', () => {
    const { lines, logger } = logged({ privacy: 'mask' })
    const cause = new Error('no answer for 351927482662')
    logger.error({ fn: 'f' }, line`to ${'PT.351927482662'}`, new Error('of PT.351927482662', { cause }))
    let parsing: unknown
    try {
      JSON.parse('{"text": Teresa')
    } catch (error) {
      parsing = error
    }
    logger.error({ fn: 'f' }, 'not read', parsing)
    const printed = lines.join('\n')
    for (const hidden of ['351927482', 'Teresa']) expect(printed).not.toContain(hidden)
    for (const kept of ['PT.***', '*********662', 'SyntaxError', 'create-logger.test.ts'])
      expect(printed).toContain(kept)
  })

  it('hide text that is not JSON whole', () => {
    const { lines, logger } = logged({ privacy: 'mask' })
    logger.info({ fn: 'f' }, line`${Buffer.from('<xml>Teresa</xml>')}`)
    expect(lines[0]).toBe('[IMCHANNEL] [f] [17 bytes that are not JSON]')
  })
})
