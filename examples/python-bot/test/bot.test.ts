import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answersOf } from '@imchannel/testkit'
import { expect, it } from 'vitest'
import { installRequirements } from './install-requirements.ts'

const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

const client = fileURLToPath(new URL('../../../clients/python/src', import.meta.url))

const schemas = fileURLToPath(new URL('../../../packages/events/generated/schemas', import.meta.url))

/** The download of a 4 MB wheel on a slow line. */
const INSTALL_MS = 180_000

it(
  'a bot in Python answers the phone',
  async ({ skip }) => {
    const installed = await installRequirements(process.env)
    if ('missing' in installed) return skip(installed.missing)
    const env = { PYTHONPATH: `${installed.packages}:${client}`, PYTHONDONTWRITEBYTECODE: '1' }
    const bot = { command: installed.python, args: [file('bot.py')], env }
    expect(await answersOf(bot, ['Hello', 'menu'])).toEqual([['You said to Python: Hello'], ['Tea or coffee?']])
  },
  INSTALL_MS,
)

it('the generated types are Python', ({ skip }) => {
  const check = [
    'import importlib, pathlib, sys, typing',
    'if sys.version_info < (3, 11): sys.exit(3)',
    `sys.path.insert(0, ${JSON.stringify(client)})`,
    `for path in sorted(pathlib.Path(${JSON.stringify(join(client, 'imchannel/events'))}).glob("[!_]*.py")):`,
    '    module = importlib.import_module(f"imchannel.events.{path.stem}")',
    '    print(path.stem, sum(typing.is_typeddict(one) for one in vars(module).values()))',
  ].join('\n')
  let printed: string
  try {
    printed = execFileSync('python3', ['-B', '-c', check], { encoding: 'utf8' })
  } catch (error) {
    const { code, status } = error as { code?: string; status?: number }
    if (code !== 'ENOENT' && status !== 3) throw error
    return skip('typing.NotRequired needs Python 3.11')
  }
  const counts = new Map(
    printed
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]),
  )
  expect(counts.size).toBe(readdirSync(schemas).length)
  expect(Math.min(...counts.values())).toBeGreaterThan(0)
  expect(counts.get('message_received')).toBeGreaterThan(22)
})
