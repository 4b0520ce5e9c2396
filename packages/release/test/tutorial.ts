import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { spawnManaged } from '@imchannel/local-stack'
import { startTestSystem, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, onTestFailed } from 'vitest'
import { checkout } from '../src/checkout.ts'

const run = promisify(execFile)

/** Code blocks of a language, in order. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}

/**
 * Follows docs/tutorial.md in `folder`, where `create` is the program behind `npm create imchannel-bot@latest` and `packed` the
 * tarballs that it takes the place of the registry with. The system of the test stands for the one that `npm start` brings,
 * which has tests of its own.
 */
export async function followTutorial(folder: string, create: string, cli: string): Promise<void> {
  await using system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
  const customer = uniqueNumber()
  const here = (code: string): string =>
    code
      .replaceAll('http://127.0.0.1:3010', system.urls.emulator)
      .replaceAll('447860099299', system.number)
      .replaceAll('351927482662', customer)
      .replaceAll(
        'npm create imchannel-bot@latest my-bot',
        `node ${create} my-bot --tenant ${system.tenant} --packages packed --no-install`,
      )
      .replaceAll('npx @imchannel/cli', `node ${cli} --config ${system.configFile} --pretty`)
  const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}` }
  const shell = (script: string, cwd: string) => run('/bin/sh', ['-ec', here(script)], { cwd, env })

  const tutorial = await readFile(join(checkout, 'docs/tutorial.md'), 'utf8')
  const [start, createBot = '', runBot, hello = '', press = '', look = '', conversation = ''] = blocks(tutorial, 'sh')
  expect([start, runBot]).toEqual(['npm start\n', 'npm start\n'])

  const created = await shell(createBot, folder)
  expect(created.stdout).toMatch(/pass 2\b/)
  const bot = join(folder, 'my-bot')
  expect(blocks(tutorial, 'ts')).toEqual([await readFile(join(bot, 'src/answer.ts'), 'utf8')])

  const main = join(bot, 'src/main.ts')
  const group = `groupId: '${system.topicPrefix}.my-bot', topicPrefix: '${system.topicPrefix}'`
  await writeFile(main, (await readFile(main, 'utf8')).replace("groupId: 'my-bot'", group))
  let output = ''
  onTestFailed(() => void process.stderr.write(output))
  const child = await spawnManaged(process.execPath, ['src/main.ts'], {
    cwd: bot,
    output: (chunk) => {
      output += chunk
    },
    env: { ...env, KAFKA_BROKERS: system.brokers.join(',') },
  })
  try {
    await waitUntil(() => output.includes('my-bot answers'), { what: 'the bot' })
    await shell(hello, folder)
    await waitUntil(async () => (await shell(look, folder)).stdout.includes('Tea or coffee?'), { what: 'the buttons' })
    await shell(press, folder)
    await waitUntil(async () => (await shell(look, folder)).stdout.includes('Tea it is.'), { what: 'the choice' })
    const shown = await shell(conversation, folder)
    for (const text of ['Hello', 'Tea or coffee?', 'Tea it is.']) expect(shown.stdout).toContain(text)
  } finally {
    await child.stop(10_000)
  }
}
