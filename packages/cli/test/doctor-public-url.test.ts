import type { ServerResponse } from 'node:http'
import { answerWith } from '@imchannel/testkit'
import { describe, expect, test } from 'vitest'
import { findings } from './support/findings.ts'
import { createStage } from './support/stage.ts'

const probe = { 'content-type': 'text/plain', 'content-length': '54' }

describe('doctor, of the public URL', () => {
  test.each<[what: string, answer: (response: ServerResponse) => unknown, said: string]>([
    [
      'a redirect',
      (to) => to.writeHead(301, { location: '/elsewhere' }),
      'problem: The public URL answers with a redirect (301)',
    ],
    [
      'another server',
      (to) => to.writeHead(404),
      'problem: The public URL answers, but does not have the probe (404).',
    ],
    ['a login', (to) => to.writeHead(401), 'problem: The public URL answers 401 to the HEAD of a media item.'],
    [
      'a proxy that changes what passes',
      (to) => to.writeHead(200, { 'content-type': 'text/html' }),
      'problem: The public URL gives the probe with Content-Length null and Content-Type text/html',
    ],
    ['one that hangs up', (to) => to.destroy(), 'problem: The public URL http://127.0.0.1:'],
  ])('%s is told', async (_what, answer, said) => {
    const asked: string[] = []
    await using server = await answerWith((request, response) => {
      asked.push(`${request.method} ${request.url?.replace(/[^/]+$/, '{id}')}`)
      answer(response)
      response.end()
    })
    await using stage = await createStage({ publicUrl: server.url })
    expect(await findings(stage, 'publicUrl')).toContainEqual(expect.stringContaining(said))
    expect(asked).toEqual([`HEAD /${stage.tenant}/imchannel/getDocumentMessage/{id}`])
    // The probe is gone again.
    expect(await stage.redis.keys(`*${stage.tenant}*`)).toEqual([])
  })

  test('one that serves the probe is fine; that it is no name that Infobip reaches is told', async () => {
    await using server = await answerWith((request, response) => {
      response.writeHead(request.method === 'HEAD' ? 200 : 405, probe).end()
    })
    await using stage = await createStage({ publicUrl: server.url })
    expect(await findings(stage, 'publicUrl')).toEqual([
      `ok: A media item comes out at ${server.url}.`,
      expect.stringContaining(`warning: ${server.url} is this machine alone`),
    ])
  })

  test('a Redis that is away is said to be the reason', async () => {
    await using stage = await createStage({ config: { redis: { url: 'redis://127.0.0.1:9' } } })
    expect(await findings(stage, 'redis')).toEqual([expect.stringContaining('problem: Redis does not answer')])
    expect(await findings(stage, 'publicUrl')).toEqual([
      expect.stringContaining('problem: A probe could not be stored'),
    ])
  })
})
