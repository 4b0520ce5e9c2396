import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('../../', import.meta.url))

export interface Outcome {
  code: number | null
  output: string
}

export interface FreshCheckout extends Disposable {
  readonly dir: string
  /** Its cache folder, which does not exist yet. */
  readonly cache: string
  /** Writes an executable shell script. */
  writeProgram(file: string, script: string): void
  run(args: readonly string[], env: Record<string, string | undefined>): Promise<Outcome>
  /** What the cache folder holds. */
  cached(): string[]
}

/** What of the project the bootstrap reads, copied as a clone has it: nothing is installed. */
export function freshCheckout(): FreshCheckout {
  const root = mkdtempSync(join(tmpdir(), 'imchannel-fresh-'))
  const dir = join(root, 'checkout')
  const cache = join(root, 'cache')
  for (const path of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'scripts', 'packages/local-stack/src']) {
    cpSync(join(checkout, path), join(dir, path), { recursive: true })
  }
  return {
    dir,
    cache,
    writeProgram: (file, script) => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, `#!/bin/sh\n${script}\n`)
      chmodSync(file, 0o755)
    },
    run: (args, env) =>
      new Promise((resolve, reject) => {
        let output = ''
        const child = spawn(process.execPath, args, {
          cwd: dir,
          env: { PATH: process.env['PATH'], HOME: root, IMCHANNEL_CACHE: cache, ...env },
        })
        child.stdout.on('data', (chunk) => (output += String(chunk)))
        child.stderr.on('data', (chunk) => (output += String(chunk)))
        child.once('error', reject)
        child.once('close', (code) => resolve({ code, output }))
      }),
    cached: () => (existsSync(cache) ? readdirSync(cache) : []),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}
