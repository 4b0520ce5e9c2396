import { request } from 'node:http'
import { waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import type { Arena } from './arena.ts'
import type { Blow } from './blows.ts'
import { createMatch, type MatchState } from './match.ts'
import { serveBreakIt } from './serve.ts'

const TOKEN = 'the-token-of-the-link'
const score = { given: 7, waiting: 1, lost: 0, doubled: 0, reordered: 0 }

/** What stands for two gateways here is a list of what was done to them; torture/src/duel/beside-naive.ts has the real ones. */
async function openPage() {
  const struck: Blow[] = []
  let disposed = 0
  const arena: Arena = {
    folder: '',
    strike: async (blow) => void struck.push(blow),
    scores: async () => ({ imchannel: score, naive: { ...score, doubled: 3 } }),
    settle: async () => ({ imchannel: { ...score, waiting: 0 }, naive: { ...score, waiting: 0, doubled: 4 } }),
    [Symbol.asyncDispose]: async () => void disposed++,
  }
  const server = await serveBreakIt(
    createMatch(async () => arena),
    { token: TOKEN, port: 0 },
  )
  onTestFinished(() => server[Symbol.asyncDispose]())
  const port = Number(new URL(server.url).port)
  /** As no browser lets a page: with any Host and Origin. */
  const ask = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
      sent.on('error', reject).end()
    })
  const state = async (): Promise<MatchState> =>
    JSON.parse((await ask('GET', '/state', { 'x-break-token': TOKEN })).text) as MatchState // our own answer
  return { ask, state, struck, port, disposed: () => disposed }
}

test('nobody strikes without the token, by another name of this machine, or from another page', async () => {
  const { ask, struck, port, state } = await openPage()
  const token = { 'x-break-token': TOKEN }
  await ask('POST', '/start', token)
  await waitUntil(async () => (await state()).stage === 'running')
  const refused: [string, Record<string, string>][] = [
    ['no token', {}],
    ['a wrong token', { 'x-break-token': `${TOKEN}x` }],
    ['a name that was bound to this machine', { ...token, host: `evil.example:${port}` }],
    ['another page', { ...token, origin: 'https://evil.example' }],
    ['another page of this machine', { ...token, origin: `http://127.0.0.1:${port + 1}` }],
    ['no page at all', { ...token, origin: 'null' }],
  ]
  for (const [note, headers] of refused) expect((await ask('POST', '/strike/kafka', headers)).status, note).toBe(403)
  expect((await ask('GET', '/state')).status).toBe(403)
  expect((await ask('GET', `/state?token=${TOKEN}`)).status).toBe(403)
  expect(struck).toEqual([])
  expect((await ask('POST', '/strike/kafka', { ...token, origin: `http://127.0.0.1:${port}` })).status).toBe(202)
  expect(struck).toEqual(['kafka'])
})

test('a contest runs from its start to its score, and another can follow', async () => {
  const { ask, struck, state, disposed } = await openPage()
  const token = { 'x-break-token': TOKEN }
  await ask('POST', '/strike/redis', token)
  expect(struck).toEqual([])
  for (const round of [1, 2]) {
    await ask('POST', '/start', token)
    await waitUntil(async () => (await state()).scores?.naive.doubled === 3)
    await ask('POST', '/strike/dispatcher', token)
    await waitUntil(() => struck.length === round)
    expect((await state()).blows.map(({ text }) => text)).toEqual(['kill -9 the dispatcher'])
    await ask('POST', '/settle', token)
    await waitUntil(async () => (await state()).stage === 'settled')
    expect((await state()).scores?.naive).toMatchObject({ waiting: 0, doubled: 4 })
    expect(disposed()).toBe(round)
  }
  expect((await ask('POST', '/strike/everything', token)).status).toBe(404)
})

test('the page loads nothing of elsewhere and is framed by nobody', async () => {
  const { ask } = await openPage()
  const page = await ask('GET', '/')
  expect(page.text).toContain('Break it yourself')
  expect(page.text).not.toMatch(/(src|href)="(https?:|\/\/)/)
  for (const file of ['/page.css', '/page.js']) expect((await ask('GET', file)).status).toBe(200)
  expect((await ask('GET', '/../../package.json', { 'x-break-token': TOKEN })).status).toBe(404)
})
