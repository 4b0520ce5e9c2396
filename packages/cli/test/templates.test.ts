import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, type Emulator } from '@imchannel/infobip-emulator'
import { uniqueName, uniqueNumber } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { callCli, type CliOutcome } from './support/call-cli.ts'

const number = uniqueNumber()
const pickup = {
  name: 'pickup_ready',
  language: 'en_GB',
  category: 'UTILITY',
  structure: {
    body: { text: 'Hello {{1}}, parcel {{2}} waits for you.', examples: ['Ana', '4711'] },
    footer: { text: 'Example Shop' },
  },
}

let emulator: Emulator
let folder: string
let config: string

beforeAll(async () => {
  const key = uniqueName('key')
  emulator = await createEmulator({
    port: 0,
    behaviour: { templateReviewMs: null },
    accounts: [{ id: 'one', apiKeys: [key], senders: [{ number }], webhooks: { baseUrl: null } }],
  })
  folder = await mkdtemp(join(tmpdir(), 'imchannel-templates-'))
  config = join(folder, 'imchannel.yaml')
  await writeFile(
    config,
    stringify({
      kafka: { brokers: ['127.0.0.1:9'] },
      redis: { url: 'redis://127.0.0.1:9' },
      publicUrl: 'http://127.0.0.1:9',
      tenants: {
        acme: {
          webhookAuth: { type: 'none' },
          accounts: [{ baseUrl: emulator.url, apiKey: key, senders: [{ number }] }],
        },
        other: {
          webhookAuth: { type: 'none' },
          accounts: [{ baseUrl: emulator.url, apiKey: 'another', senders: [{ number: uniqueNumber() }] }],
        },
      },
    }),
  )
})
afterAll(async () => {
  await emulator.stop()
  await rm(folder, { recursive: true })
})

const run = (...args: string[]): Promise<CliOutcome> => callCli(['--config', config, 'templates', ...args])
const ofAcme = (command: string, ...args: string[]): Promise<CliOutcome> => run(command, '--tenant', 'acme', ...args)

async function write(name: string, content: unknown): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : stringify(content))
  return file
}

describe('templates', () => {
  test('are created from files, found the same, edited where they differ, and deleted', async () => {
    const file = await write('pickup.yaml', pickup)
    expect(await ofAcme('diff', file)).toMatchObject({ code: 1, out: expect.stringContaining('"kind":"create"') })
    expect((await ofAcme('push', file)).err).toContain('add --yes')
    expect([...emulator.store.all('template')]).toEqual([])
    expect(await ofAcme('push', '--yes', file)).toMatchObject({ code: 0, out: expect.stringContaining('"done":true') })
    expect((await ofAcme('list')).json()).toMatchObject([
      { name: 'pickup_ready', language: 'en_GB', status: 'PENDING' },
    ])
    expect(await ofAcme('diff', file)).toMatchObject({ code: 0, out: expect.stringContaining('"kind":"same"') })
    expect(await ofAcme('push', '--yes', file)).toMatchObject({ code: 0, err: expect.stringContaining('agree') })

    const [template] = emulator.store.all('template')
    await emulator.control('PATCH', `templates/${template?.id}`, { status: 'APPROVED' })
    await write('pickup.yaml', { ...pickup, structure: { ...pickup.structure, footer: { text: 'Another Shop' } } })
    const [step] = (await ofAcme('diff', file)).json()
    expect(step).toMatchObject({ kind: 'edit', status: 'APPROVED', paths: ['structure.footer.text'] })
    expect(await ofAcme('push', '--yes', file)).toMatchObject({ code: 0 })
    expect((await ofAcme('show', 'pickup_ready')).json()).toMatchObject([
      { name: 'pickup_ready', category: 'UTILITY', structure: { footer: { text: 'Another Shop' } } },
    ])
    // WhatsApp looks at it: it is not edited twice.
    await write('pickup.yaml', pickup)
    expect(await ofAcme('push', '--yes', file)).toMatchObject({
      code: 1,
      out: expect.stringContaining('it cannot be edited'),
    })

    expect((await ofAcme('delete', 'pickup_ready')).err).toContain('en_GB')
    expect(await ofAcme('delete', '--yes', 'pickup_ready')).toMatchObject({ code: 0 })
    expect(await ofAcme('list')).toMatchObject({ code: 0, out: '', err: expect.stringContaining('There is none') })
    expect((await ofAcme('delete', '--yes', 'pickup_ready')).code).toBe(1)
  })

  test('that are in no file are named by diff, and left as they are by push', async () => {
    const theirs = { ...pickup, name: 'theirs' }
    await emulator.control('POST', 'templates', { sender: number, definition: theirs })
    const file = await write('mine.yaml', { ...pickup, name: 'mine' })
    expect((await ofAcme('diff', file)).json().map(({ kind, name }) => [kind, name])).toEqual([
      ['create', 'mine'],
      ['elsewhere', 'theirs'],
    ])
    await ofAcme('push', '--yes', file)
    expect((await ofAcme('list', '--status', 'approved')).json().map(({ name }) => name)).toEqual(['theirs'])
  })

  test('of a key that is refused end with what to do', async () => {
    const outcome = await run('list', '--tenant', 'other')
    expect(outcome.code).toBe(1)
    expect(outcome.err).toContain('put a valid one of this account into apiKey')
    expect(outcome.err).not.toContain('another')
  })
})

describe('a definition', () => {
  test('that is right is said to be, with all others of its folder', async () => {
    const file = await write('good.json', JSON.stringify(pickup))
    expect(await run('check', file)).toMatchObject({ code: 0, out: '1 definition, 0 problems\n' })
  })

  test.each<[string, unknown, string]>([
    ['a name in capitals', { ...pickup, name: 'Pickup' }, 'name: small letters'],
    ['no category', { ...pickup, category: undefined }, 'category: '],
    [
      'a gap',
      { ...pickup, structure: { body: { text: 'Take {{1}} or {{3}} now', examples: ['a', 'b'] } } },
      'has no {{2}}',
    ],
    [
      'a place at the end',
      { ...pickup, structure: { body: { text: 'Hello {{1}}', examples: ['a'] } } },
      'must not begin or end',
    ],
    ['too few examples', { ...pickup, structure: { body: { text: 'Hi {{1}}, {{2}}!', examples: ['a'] } } }, 'wants 2'],
    [
      'a long footer',
      { ...pickup, structure: { ...pickup.structure, footer: { text: 'x'.repeat(61) } } },
      'structure.footer.text',
    ],
    [
      'a URL without one',
      { ...pickup, structure: { ...pickup.structure, buttons: [{ type: 'URL', text: 'Go' }] } },
      'structure.buttons.0.url',
    ],
    ['no YAML', 'name: [', 'bad.yaml: '],
  ])('with %s is refused, and not pushed', async (_what, content, said) => {
    const file = await write('bad.yaml', content)
    expect(await run('check', file)).toMatchObject({ code: 1, out: expect.stringContaining(said) })
    expect(await ofAcme('push', '--yes', file)).toMatchObject({ code: 2, err: expect.stringContaining(said) })
  })

  test('has a schema for editors', async () => {
    const { code, out } = await run('schema')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      type: 'object',
      required: ['name', 'language', 'category', 'structure'],
      properties: { name: { pattern: '^[a-z0-9_]{1,512}$' } },
    })
  })

  test('of the same name and language in two files is refused', async () => {
    const files = [await write('one.yaml', pickup), await write('two.yaml', pickup)]
    expect(await run('check', ...files)).toMatchObject({ code: 1, out: expect.stringContaining('is defined in') })
  })
})
