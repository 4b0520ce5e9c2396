import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs one test that counts, larger than the run of all tests has it: how much is in its environment. */
export async function runTest(file: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', file]
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code === 0
}
