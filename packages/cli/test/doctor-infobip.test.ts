import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { answerWith } from '@imchannel/testkit'
import { describe, expect, test } from 'vitest'
import { findings } from './support/findings.ts'
import { createStage } from './support/stage.ts'

const fault = (text: string): object => ({ requestError: { serviceException: { messageId: 'X', text } } })

describe('doctor, of Infobip', () => {
  test.each<[what: string, status: number, body: object, said: string]>([
    ['a key that is not known', 401, fault('Invalid login details'), 'problem: Infobip does not know the key of'],
    ['a key that may not', 403, fault('Forbidden'), 'problem: Infobip knows the key of'],
    ['too many requests', 429, fault('Too many requests'), 'warning: Infobip takes no more requests of'],
    ['a failure', 503, fault('Down for a while'), 'problem: Infobip answered 503 for'],
    ['another server', 404, {}, 'problem: Infobip answered 404 for'],
    [
      'another scenario',
      200,
      { scenarios: [{ key: 'ANOTHER' }] },
      'problem: Infobip’s list has no scenario with the key',
    ],
    ['the scenario', 200, { scenarios: [{ key: 'S1' }] }, 'ok: Infobip knows the scenarios of'],
  ])('%s is told, by reading alone', async (_what, status, body, said) => {
    const asked = new Set<string>()
    await using infobip = await answerWith((request, response) => {
      asked.add(`${request.method} ${request.url} ${request.headers.authorization}`)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await using stage = await createStage({ account: { baseUrl: infobip.url } })
    const texts = await findings(stage, 'infobip')
    expect(texts).toContainEqual(expect.stringContaining(said))
    // The host is named, so that one of several accounts is found.
    expect(texts.join()).toContain(new URL(infobip.url).host)
    expect(texts.join()).not.toContain('canary')
    const [first, ...others] = [...asked]
    expect(first).toBe('GET /omni/1/scenarios?limit=100&page=0 App canary-api-key')
    const templates = `GET /whatsapp/2/senders/${stage.number}/templates App canary-api-key`
    const blocklist = 'GET /platform/1/blocklists?page=0&size=1000 App canary-api-key'
    expect(others).toEqual(status === 200 ? [templates, blocklist] : [])
  })

  test('a key without the scope, endpoints that will go, and a clock that is not ours are told', async () => {
    await using infobip = await answerWith((request, response) => {
      const isList = /\/(?:templates|blocklists)/.test(request.url ?? '')
      const headers = {
        'content-type': 'application/json',
        date: new Date(Date.now() - 60_000).toUTCString(),
        sunset: 'Fri, 01 Jan 2027 00:00:00 GMT',
      }
      response.writeHead(isList ? 403 : 200, headers).end(isList ? '{}' : '{"scenarios":[{"key":"S1"}]}')
    })
    await using stage = await createStage({ account: { baseUrl: infobip.url } })
    const texts = await findings(stage, 'infobip')
    for (const said of [
      /^warning: The key of .* may not list templates \(403\).*whatsapp:manage/s,
      /^warning: The key of .* may not read its blocklist \(403\).*blocklist:manage/s,
      /^warning: Infobip says to .* that it will take \/omni\/1\/scenarios away: it may be gone from 2027-01-01/,
      /^warning: Infobip’s clock differs from this machine’s by -\d+ s/,
    ])
      expect(texts).toContainEqual(expect.stringMatching(said))
  })

  test.each<[what: string, status: number, events: unknown[], said: RegExp]>([
    [
      'subscribed to',
      200,
      ['CALL_FINISHED', { event: 'CALL_RECEIVED' }, 'CALL_ESTABLISHED'],
      /^ok: .* subscribes to calls/,
    ],
    ['not subscribed to', 200, ['CALL_RECEIVED'], /^warning: .* no CALL_ESTABLISHED of .*447860099299 say inbound/s],
    ['of which the key may not know', 403, [], /^warning: The subscriptions of .* could not be read .*403/s],
  ])('calls that are %s are told of a number that receives all here', async (_what, status, events, said) => {
    await using infobip = await answerWith((request, response) => {
      const isAsked = request.url === '/subscriptions/1/subscription/VOICE_VIDEO?page=0&size=100'
      const body = isAsked ? { results: [{ subscriptionId: 'A', events }] } : { scenarios: [{ key: 'S1' }] }
      response.writeHead(isAsked ? status : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    const senders = [{ number: '447860099299', scenarioKey: 'S1', inbound: 'complete' }]
    await using stage = await createStage({ account: { baseUrl: infobip.url, senders } })
    expect(await findings(stage, 'infobip')).toContainEqual(expect.stringMatching(said))
  })

  test('a number without a scenario is told where it needs one', async () => {
    await using infobip = await answerWith((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"scenarios":[]}')
    })
    const account = { baseUrl: infobip.url, senders: [{ number: '447860099299' }] }
    await using stage = await createStage({ account })
    expect(await findings(stage, 'infobip')).toContainEqual(
      expect.stringMatching(/^warning: 447860099299 of .* has no scenarioKey/),
    )
  })
})

describe('doctor --try-duplicate', () => {
  const taken = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED' }
  const refused = { groupId: 5, groupName: 'REJECTED', id: 23, name: 'REJECTED_DUPLICATE_MESSAGE_ID' }
  const noCredit = { groupId: 5, groupName: 'REJECTED', id: 12, name: 'REJECTED_NOT_ENOUGH_CREDITS' }

  test.each<[what: string, answers: object[], account: object, said: RegExp, code: number]>([
    ['takes the second', [taken, taken], {}, /took the second message.*\n.*Set onUnknown: reject/, 1],
    [
      'takes the second, which the account knows',
      [taken, taken],
      { onUnknown: 'reject' },
      /which the account has, is right/,
      1,
    ],
    ['refuses it as a duplicate', [taken, refused], {}, /refused the second message as a duplicate/, 0],
    ['refuses it for something else', [taken, noCredit], {}, /not as a duplicate/, 0],
    ['refuses the first', [noCredit], {}, /The first message was not taken/, 1],
  ])('tells that Infobip %s', async (_what, answers, account, said, code) => {
    const ids: string[] = []
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      // `as`: what the command wrote.
      const { destinations } = (await json(request)) as { destinations: [{ messageId: string; to: object }] }
      const [{ messageId, to }] = destinations
      const status = answers[ids.push(messageId) - 1]
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ messages: [{ to, messageId, status }] }))
    }
    await using infobip = await answerWith((request, response) => void answer(request, response))
    await using stage = await createStage({ account: { baseUrl: infobip.url, ...account } })
    const outcome = await stage.cli('doctor', '--try-duplicate', '39123456789', '--gap', '10ms', '--yes')
    expect(outcome.out).toMatch(said)
    expect(outcome.code).toBe(code)
    expect(ids).toHaveLength(answers.length)
    expect(new Set(ids).size).toBe(1)
  })
})
