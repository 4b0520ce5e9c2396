import { existsSync, readFileSync, appendFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshCheckout, type FreshCheckout } from './fresh-checkout.ts'

const INSTALL = [
  '--input-type=module',
  '-e',
  "const { installWorkspace } = await import('./scripts/bootstrap/install-workspace.mjs'); await installWorkspace(process.env)",
]

/** npm and pnpm as scripts that write down each call; what they bring is made up. */
function withClients(checkout: FreshCheckout, npm: string, pnpm: string): Record<string, string> {
  const bin = join(checkout.dir, 'clients')
  const name = `@pnpm/exe.${process.platform}-${process.arch}`
  checkout.writeProgram(join(bin, 'npm'), `echo npm >> "${checkout.dir}/calls"\n${npm}`)
  checkout.writeProgram(join(bin, 'the-pnpm'), `echo pnpm >> "${checkout.dir}/calls"\n${pnpm}`)
  return { PATH: `${bin}${delimiter}${process.env['PATH']}`, EXE: name, BIN: bin, PIN: pin(checkout, name) }
}

function pin({ dir }: FreshCheckout, name: string): string {
  const lines = readFileSync(join(dir, 'pnpm-lock.yaml'), 'utf8').split('\n')
  const entry = lines.findIndex((line) => line.trim().startsWith(`'${name}@`))
  return /integrity: ([^}]+)\}/.exec(lines[entry + 1] ?? '')?.[1] ?? ''
}

function calls({ dir }: FreshCheckout): string[] {
  const file = join(dir, 'calls')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

const NPM_OF = (integrity: string): string => `
mkdir -p "node_modules/$EXE"
cp "$BIN/the-pnpm" "node_modules/$EXE/pnpm"
sleep 0.3
printf '{"packages":{"node_modules/%s":{"integrity":"%s"}}}' "$EXE" "${integrity}" > node_modules/.package-lock.json`
const NPM = NPM_OF('$PIN')
const PNPM = 'sleep 0.3; mkdir -p node_modules/.bin; ln -sf "$(command -v node)" node_modules/.bin/node'

describe('the workspace', () => {
  test('is installed once by two starts at the same time, and not again', async () => {
    using checkout = freshCheckout()
    const env = withClients(checkout, NPM, PNPM)
    const outcomes = await Promise.all([checkout.run(INSTALL, env), checkout.run(INSTALL, env)])
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
    expect(calls(checkout)).toEqual(['npm', 'pnpm'])
    await checkout.run(INSTALL, { ...env, PATH: '' })
    expect(calls(checkout)).toEqual(['npm', 'pnpm'])
  })

  test('is installed again when its lockfile has changed', async () => {
    using checkout = freshCheckout()
    const env = withClients(checkout, NPM, PNPM)
    await checkout.run(INSTALL, env)
    appendFileSync(join(checkout.dir, 'pnpm-lock.yaml'), '\n')
    await checkout.run(INSTALL, env)
    expect(calls(checkout)).toEqual(['npm', 'pnpm', 'pnpm'])
  })

  test('that broke off half-way is not taken for installed', async () => {
    using checkout = freshCheckout()
    const broken = await checkout.run(INSTALL, withClients(checkout, NPM, `${PNPM}; echo no network; exit 1`))
    expect(broken).toMatchObject({ code: 1, output: expect.stringContaining('no network') as string })
    checkout.writeProgram(join(checkout.cache, pnpmFolder(checkout), 'pnpm'), `echo pnpm >> calls\n${PNPM}`)
    expect((await checkout.run(INSTALL, withClients(checkout, NPM, PNPM))).code).toBe(0)
    expect(calls(checkout)).toEqual(['npm', 'pnpm', 'pnpm'])
  })
})

describe('the pnpm that is fetched', () => {
  test.each([
    ['is not what the lockfile has', NPM_OF('sha512-other'), 'arrived as sha512-other'],
    ['breaks off', 'mkdir -p node_modules; echo connection reset; exit 1', 'connection reset'],
  ])('is not kept when it %s', async (_what, npm, said) => {
    using checkout = freshCheckout()
    const { code, output } = await checkout.run(INSTALL, withClients(checkout, npm, PNPM))
    expect(code).not.toBe(0)
    expect(output).toContain(said)
    expect(checkout.cached().filter((name) => name.includes('pnpm'))).toEqual([])
  })
})

function pnpmFolder({ dir }: FreshCheckout): string {
  const { packageManager } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { packageManager: string }
  return packageManager.replace('@', '-')
}
