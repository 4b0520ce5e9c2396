import { describe, expect, test } from 'vitest'
import { answerWith } from './support/answer-with.ts'
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
    expect([...asked]).toEqual(['GET /omni/1/scenarios?limit=100&page=0 App canary-api-key'])
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
