import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/service.ts', import.meta.url))

const settings = {
  kafka: { brokers: ['127.0.0.1:1'] },
  redis: { url: 'redis://127.0.0.1:1' },
  publicUrl: 'https://chat.example.com',
  tenants: { acme: { webhookAuth: { type: 'basic', username: 'u', password: 'a-long-password' }, accounts: [] } },
}

async function endingOf(config: object, ...args: string[]): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'run-service-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'imchannel.yaml')
  writeFileSync(path, JSON.stringify(config))
  const env = { PATH: process.env['PATH'], IMCHANNEL_CONFIG: path }
  return new Promise((resolve) => {
    execFile(process.execPath, [fixture, ...args], { env }, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout })
    })
  })
}

it('starts its service with configuration, log and telemetry, and stops it by a signal', async () => {
  const { code, output } = await endingOf({ ...settings, logs: { level: 'info', privacy: 'none' } })
  expect(output).toContain('[IMCHANNEL] [trial] up for https://chat.example.com')
  expect(output).toContain('[IMCHANNEL] [trial] measured')
  expect(output).toContain('[IMCHANNEL] [run] trial stops on SIGTERM')
  expect(output).toContain('[IMCHANNEL] [run] trial stopped')
  expect(code).toBe(0)
})

it('logs as the configuration says', async () => {
  const { output } = await endingOf({ ...settings, logs: { format: 'json' } })
  expect(output).toMatch(/"service":"trial".*up for/)
})

it('ends with 1 where its configuration is refused, with a line for each problem', async () => {
  const { code, output } = await endingOf({ ...settings, publicUrl: 'x', nonsense: 1 })
  expect(code).toBe(1)
  expect(output).toMatch(/^\[IMCHANNEL\] \[run\] {3}publicUrl must be a URL/m)
  expect(output).toMatch(/^\[IMCHANNEL\] \[run\] {3}nonsense is no setting: /m)
})

it('checks the configuration alone, or says what it is, and starts nothing', async () => {
  const checked = await endingOf({ ...settings, nonsense: 1 }, '--check-config')
  expect(checked.code).toBe(1)
  expect(checked.output).toContain('nonsense is no setting')
  expect((await endingOf(settings, '--check-config')).code).toBe(0)
  const help = await endingOf({}, '--help')
  expect(help).toMatchObject({ code: 0, output: expect.stringContaining('imchannel-trial: is tried') as string })
  expect(help.output + checked.output).not.toContain('up for')
})
