import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout, spawnManaged } from '@imchannel/local-stack'
import { startTestSystem, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, it, onTestFailed } from 'vitest'

const run = promisify(execFile)

/** Code blocks of a language, in order. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}

it('the tutorial does what it says, from its first command to its last', async () => {
  await using system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
  const folder = await mkdtemp(join(import.meta.dirname, 'tutorial-'))
  const file = join(folder, 'my-bot.ts')
  // The system of this test in the place of the one that `npm start` brings, which has tests of its own.
  const here = (code: string): string =>
    code
      .replaceAll('127.0.0.1:9092', system.brokers[0] ?? '')
      .replaceAll("tenant: 'acme'", `tenant: '${system.tenant}', topicPrefix: '${system.topicPrefix}'`)
      .replaceAll("'my-bot'", `'${system.topicPrefix}.my-bot'`)
      .replaceAll('http://127.0.0.1:3010', system.urls.emulator)
      .replaceAll('447860099299', system.number)
      .replaceAll('351927482662', customer)
      .replaceAll('examples/echo-bot/my-bot.ts', file)
      .replaceAll('npm run -s imchannel --', `node packages/cli/src/main.ts --config ${system.configFile} --pretty`)
  const customer = uniqueNumber()
  const tutorial = await readFile(join(checkout, 'docs/tutorial.md'), 'utf8')
  const [start, runBot = '', ...commands] = blocks(tutorial, 'sh')
  const [bot = ''] = blocks(tutorial, 'ts')
  expect(start).toBe('npm start\n')
  expect(commands).toHaveLength(4)

  await writeFile(file, here(bot))
  const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}` }
  let output = ''
  onTestFailed(() => void process.stderr.write(output))
  const child = await spawnManaged('/bin/sh', ['-c', `exec ${here(runBot)}`], {
    cwd: checkout,
    output: (chunk) => {
      output += chunk
    },
    env,
  })
  try {
    await waitUntil(() => output.includes('my-bot answers'), { what: 'the bot' })
    const [hello = '', press = '', look = '', conversation = ''] = commands.map(here)
    await run('/bin/sh', ['-c', hello])
    for (const state of ['accepted', 'delivered', 'seen']) await waitUntil(() => output.includes(`${state} `))
    await run('/bin/sh', ['-c', press])
    await waitUntil(async () => (await run('/bin/sh', ['-c', look])).stdout.includes('Tea it is.'))
    const shown = await run('/bin/sh', ['-c', conversation], { cwd: checkout, env })
    for (const text of ['Hello', 'Tea or coffee?', 'Tea it is.']) expect(shown.stdout).toContain(text)
  } finally {
    await child.stop(10_000)
    await rm(folder, { recursive: true })
  }
})
