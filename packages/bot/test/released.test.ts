import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { GivenRecord, WrittenRecord } from './fixtures/answer-everything.ts'
import { releasedBot } from './fixtures/first-release.ts'

type Golden = Omit<GivenRecord, 'value'> & { readonly value: unknown }

const folder = new URL('../../events/golden/events/', import.meta.url)
const goldens = readdirSync(folder).map(
  // Written by tests from encoded records.
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden,
)

const runner = fileURLToPath(new URL('./fixtures/answer-everything.ts', import.meta.url))

it('the SDK of 0.1.0 answers the messages of now, and nothing else on its topics', ({ skip }) => {
  using released = releasedBot()
  if (released === undefined) return skip('this checkout has no history of 0.1.0')
  const read = goldens.filter(({ topic }) => topic === 'imchannel.inbound' || topic === 'imchannel.status')
  const messages = read.filter(
    ({ headers, value }) =>
      headers['ce_type'] === 'imchannel.message.received.v1' && (value as { channel: string }).channel === 'WHATSAPP',
  )
  const types = new Set(read.map(({ headers }) => headers['ce_type']))
  expect(types).toContain('imchannel.call.received.v1')
  expect(types).toContain('imchannel.message.echoed.v1')

  const input = JSON.stringify(read.map((one) => ({ ...one, value: JSON.stringify(one.value) })))
  const output = execFileSync(process.execPath, [runner, released.url], { input, encoding: 'utf8' })
  const written = JSON.parse(output) as WrittenRecord[]
  expect(written.map(({ topic }) => topic)).toEqual(messages.map(() => 'imchannel.outbound'))
  const answers = written.map(({ value }) => (JSON.parse(value) as { content: { text: string } }).content.text)
  expect(answers).toEqual(messages.map(({ value }) => `answered ${(value as { messageId: string }).messageId}`))
})
