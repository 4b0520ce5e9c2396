import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conversationKey, messageIdOf, parseCommand } from '@imchannel/events'
import { findExecutables, runTool } from '@imchannel/local-stack'
import { expect, it, onTestFinished } from 'vitest'
import events from '../../../packages/events/package.json' with { type: 'json' }

/** One version for everything that is released together. */
const { version } = events
const client = fileURLToPath(new URL('../../../clients/python', import.meta.url))
const [python] = findExecutables('python3', process.env)
/** Whether this machine's Python has what the client needs. */
const isNewEnough =
  python !== undefined &&
  execFileSync(python, ['-c', 'import sys; print(sys.version_info >= (3, 11))']).toString().trim() === 'True'
const without = python === undefined ? 'there is no python3 in the PATH' : 'the client needs Python 3.11'

/** Runs a script that prints JSON. */
function run(script: string): unknown {
  const output = execFileSync(python ?? '', ['-B', '-c', script], {
    env: { ...process.env, PYTHONPATH: join(client, 'src') },
    encoding: 'utf8',
  })
  return JSON.parse(output)
}

it('ids and keys are those that the gateway makes', ({ skip }) => {
  if (!isNewEnough) skip(without)
  const script = `
import json
from imchannel import conversation_key, message_id_of
print(json.dumps([message_id_of("acme", "order-4711 é"), conversation_key("acme", "447860099299", None)]))`
  expect(run(script)).toEqual([
    messageIdOf('acme', 'order-4711 é'),
    conversationKey({ tenant: 'acme', business: '447860099299', customer: undefined }),
  ])
})

it('a bot answers by the first handler that fits, with commands that the dispatcher takes and the same ids each time', ({
  skip,
}) => {
  if (!isNewEnough) skip(without)
  const script = `
import json
from imchannel import Bot
bot = Bot("tea", tenant="acme")

@bot.on_message("text")
def text(message, reply):
    reply.buttons("Tea or coffee?", "Tea", "Coffee")
    reply.text("Take your time.")

@bot.on_message()
def other(message, reply):
    reply.send({"type": "location", "latitude": 1.5, "longitude": 2.5}, callbackData="x")

def message(kind, tenant="acme"):
    return {"tenant": tenant, "from": "351927482662", "to": "447860099299", "content": {"type": kind, "text": "Hi"}}

print(json.dumps([bot.answers("e-1", message("text")), bot.answers("e-1", message("text")), bot.answers("e-2", message("sticker")), bot.answers("e-3", message("text", "globex"))]))`
  const [first, again, other, foreign] = run(script) as Record<string, unknown>[][] // what the script prints
  expect(first?.map(({ id }) => id)).toEqual(['tea:e-1:1', 'tea:e-1:2'])
  expect(again).toEqual(first)
  expect(other).toMatchObject([{ id: 'tea:e-2:1', callbackData: 'x', content: { type: 'location' } }])
  expect(foreign).toEqual([])
  for (const command of [...(first ?? []), ...(other ?? [])]) {
    const value = Buffer.from(JSON.stringify(command))
    const reading = parseCommand({ topic: 't', partition: 0, offset: '0', key: null, value, headers: {} })
    expect(reading).toMatchObject({ outcome: 'command', idFrom: 'value' })
  }
})

it('is built as a wheel with its types', { timeout: 240_000 }, async ({ skip }) => {
  if (python === undefined || !isNewEnough) return skip(without)
  const folder = mkdtempSync(join(tmpdir(), 'imchannel-wheel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  // A copy: building writes into the source folder.
  cpSync(client, join(folder, 'source'), { recursive: true })
  const options = ['--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--wheel-dir', folder]
  const failure = await runTool(python, ['-m', 'pip', 'wheel', ...options, join(folder, 'source')], {
    env: process.env,
  })
  if (failure !== undefined && /could not find a version|connection|No module named pip/i.test(failure)) {
    return skip(`pip cannot build it here: ${failure.slice(-200)}`)
  }
  expect(failure).toBeUndefined()
  const [wheel = ''] = readdirSync(folder).filter((name) => name.endsWith('.whl'))
  expect(wheel).toBe(`imchannel-${version}-py3-none-any.whl`)
  const listed = execFileSync(python, ['-m', 'zipfile', '-l', join(folder, wheel)], { encoding: 'utf8' })
  for (const file of ['imchannel/bot.py', 'imchannel/py.typed', 'imchannel/events/message_received.py']) {
    expect(listed).toContain(file)
  }
})
