import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The test of `packages/bot` that kills a bot under load and counts what it asked for, with as many kills as are wanted. */
export async function killBot(kills: number): Promise<boolean> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', 'packages/bot/test/faults/killed-bot.test.ts']
  const env = { ...process.env, BOT_KILLS: String(kills) }
  const [code] = await once(spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' }), 'exit')
  return code === 0
}
