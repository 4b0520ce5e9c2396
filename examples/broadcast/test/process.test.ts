import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startTestSystem, uniqueNumber } from '@imchannel/testkit'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

it('the command sends a template to everybody in the file, and a second run sends nothing', async () => {
  await using system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
  const folder = await mkdtemp(join(tmpdir(), 'broadcast-'))
  const customers = [uniqueNumber(), uniqueNumber()]
  await writeFile(join(folder, 'customers.csv'), `to,name\n${customers.map((to) => `${to},Teresa`).join('\n')}\n`)
  const options = ['--csv', 'customers.csv', '--name', 'spring', '--from', system.number, '--template', 'welcome']
  const run = () =>
    promisify(execFile)(process.execPath, [main, ...options, '--placeholders', 'name'], {
      cwd: folder,
      env: {
        ...process.env,
        KAFKA_BROKERS: system.brokers.join(','),
        TOPIC_PREFIX: system.topicPrefix,
        BOT_TENANT: system.tenant,
      },
    })
  try {
    expect((await run()).stdout).toContain('2 of 2: 2 accepted')
    expect((await run()).stdout).toContain('2 of 2: 2 accepted')
    const report = await readFile(join(folder, 'spring.report.jsonl'), 'utf8')
    expect(report.trim().split('\n')).toHaveLength(2)
    for (const customer of customers) {
      const path = `messages?customer=${customer}&direction=to-customer`
      expect((await system.ask<{ messages: unknown[] }>(path)).messages).toHaveLength(1)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
