import { expect, test } from 'vitest'
import { callCli } from '../../../../packages/cli/test/support/call-cli.ts'
import { createTopicLog, tellStory } from '../seed.ts'
import { type ApiStage, PASSWORD, startApi } from './start-api.ts'

const told = { customer: '351927482662', userId: 'PT.13491208655302', name: 'Teresa', said: 'Oh well', answer: 'Hello' }
const secrets = Object.values(told)

function as({ url }: ApiStage, user: string) {
  const env = { IMCHANNEL_CONSOLE_URL: url, IMCHANNEL_CONSOLE_USER: user, IMCHANNEL_CONSOLE_PASSWORD: PASSWORD }
  return async (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    callCli(args, { env: { ...env, ...more } })
}

test('the command line asks the console for a conversation, by a number, a command id or a message id', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const cli = as(api, 'vera')
  for (const asked of [`+${told.customer}`, `c-${told.customer}-1`]) {
    const found = await cli(['conversation', asked])
    expect(found.code, found.err).toBe(0)
    expect(found.json()).toMatchObject([
      { direction: 'in', state: 'received', text: '•••' },
      { direction: 'out', state: 'seen' },
      { direction: 'out', state: 'rejected', problem: { code: 'unknown_sender' } },
    ])
    for (const secret of secrets) expect(found.out + found.err).not.toContain(secret)
  }
  const pretty = await cli(['conversation', told.customer, '--pretty'])
  expect(pretty.out).toMatch(/← •••\n.*→ •••\n\s+seen .*\n\s+command .*\n\s+attempt \+1\.0 s: accepted: POST /)
  expect((await cli(['conversation', '351900000042'])).err).toContain('The console knows nothing of that')
  const play = await cli(['conversation', told.customer, '--as-scenario'])
  expect(play.json()).toMatchObject([{ steps: [{ says: 'Xx xxxx' }, { receives: '/^/', state: 'seen' }] }])
})

test('masks are lifted for who may, by saying so, and the audit has it', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const found = await as(api, 'oskar')(['conversation', told.customer, '--reveal'])
  expect(found.out).toContain(told.said)
  expect(api.audited).toMatchObject([{ action: 'reveal', by: 'oskar' }])
  const refused = await as(api, 'vera')(['conversation', told.customer, '--reveal'])
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain('403')
})

test('dead letters are listed and replayed by it, their count first', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const cli = as(api, 'oskar')
  const listed = await cli(['deadletter', 'list', '--code', 'unknown_sender'])
  expect(listed.json()).toMatchObject([{ code: 'unknown_sender', tenant: 'acme' }])
  for (const secret of secrets) expect(listed.out).not.toContain(secret)
  expect((await cli(['deadletter', 'list', '--code', 'another'])).out).toBe('')

  const counted = await cli(['deadletter', 'replay', '--json'])
  expect(counted.json()).toMatchObject([{ count: 1, replayed: 0 }])
  expect(api.audited).toEqual([])
  const done = await cli(['deadletter', 'replay', '--code', 'unknown_sender', '--yes', '--json'])
  expect(done.json()).toMatchObject([{ count: 1, replayed: 1 }])
  expect(api.audited).toMatchObject([{ action: 'replay', by: 'oskar' }])
  expect((await as(api, 'vera')(['deadletter', 'replay', '--yes'])).err).toContain('it needs the role operator')
})

test('a token stands for a password; what cannot be used is said, and no secret goes unsealed over a network', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const grant = { for: 'night shift', role: 'viewer', hours: 1 }
  const { body } = await (await api.as('vera')).post('/v1/access', grant)
  const cli = async (env: Readonly<Record<string, string>>) =>
    callCli(['conversation', told.customer], { env: { IMCHANNEL_CONSOLE_URL: api.url, ...env } })
  expect((await cli({ IMCHANNEL_CONSOLE_TOKEN: body.token as string })).json()).toHaveLength(3)
  for (const [env, code, words] of [
    [{}, 1, 'IMCHANNEL_CONSOLE_TOKEN'],
    [{ IMCHANNEL_CONSOLE_TOKEN: 'a.token' }, 1, '401'],
    [{ IMCHANNEL_CONSOLE_USER: 'vera', IMCHANNEL_CONSOLE_PASSWORD: 'no' }, 1, 'Wrong name or password'],
    [{ IMCHANNEL_CONSOLE_URL: 'ftp://console' }, 2, 'no address'],
    [{ IMCHANNEL_CONSOLE_URL: 'http://console.example.com', IMCHANNEL_CONSOLE_TOKEN: 't' }, 2, 'must be https'],
    [{ IMCHANNEL_CONSOLE_URL: 'http://127.0.0.1:9', IMCHANNEL_CONSOLE_TOKEN: 't' }, 1, 'does not answer'],
  ] as const) {
    const refused = await cli(env)
    expect(refused.err).toContain(words)
    expect(refused.code).toBe(code)
  }
})

test('where nobody has to log in, nobody has to say who they are', async () => {
  await using api = await startApi({ auth: 'none' })
  await api.take(tellStory(told, createTopicLog()))
  const found = await callCli(['conversation', told.customer], { env: { IMCHANNEL_CONSOLE_URL: api.url } })
  expect(found.json()).toHaveLength(3)
})
