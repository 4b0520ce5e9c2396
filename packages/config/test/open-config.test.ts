import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@imchannel/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkConfig, type ConfigSource, openConfig } from '../src/index.ts'

let folder: string
let file: string
let source: ConfigSource | undefined
let lines: string[]

const text = (more = '', broker = 'a:1'): string => `
kafka: { brokers: ["${broker}"] }
redis: { url: "redis://x" }
publicUrl: "https://chat.example.com"
tenants:
  acme:
    webhookAuth: { type: basic, username: infobip, password: "\${file:password}" }
    accounts: []
${more}`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imchannel-config-'))
  file = join(folder, 'imchannel.yaml')
  lines = []
  writeFileSync(file, text())
  writeFileSync(join(folder, 'password'), 'the-first-password\n')
})

afterEach(async () => {
  await source?.close()
  rmSync(folder, { recursive: true })
})

function open(): ConfigSource {
  source = openConfig({
    env: { IMCHANNEL_CONFIG: file },
    log: (level, line) => lines.push(`${level}: ${line}`),
    pollMs: 10,
  })
  return source
}

const passwordOf = (config: ConfigSource): string | undefined => {
  const [way] = config.current().tenants['acme']?.webhookAuth ?? []
  return way?.type === 'basic' ? way.password[0]?.reveal() : undefined
}

describe('a change', () => {
  it('of the file is taken up whole, and listeners are told', async () => {
    const config = open()
    const seen: string[] = []
    config.onChange(() => {
      throw new Error('a part that fails')
    })
    config.onChange((next, previous) => seen.push(`${previous.logs.level} ${next.logs.level}`))
    const before = config.checksum()
    writeFileSync(file, text('logs: { level: debug }\n'))
    await waitUntil(() => config.current().logs.level === 'debug')
    expect(seen).toEqual(['info debug'])
    expect(config.checksum()).not.toBe(before)
    expect(config.checksum()).toMatch(/^[0-9a-f]{12}$/)
  })

  it('of a file that it names is taken up, also when a link is moved as Kubernetes does', async () => {
    writeFileSync(join(folder, 'v1'), 'linked-1')
    rmSync(join(folder, 'password'))
    symlinkSync('v1', join(folder, 'password'))
    const config = open()
    expect(passwordOf(config)).toBe('linked-1')
    writeFileSync(join(folder, 'v2'), 'linked-2')
    symlinkSync('v2', join(folder, 'next'))
    renameSync(join(folder, 'next'), join(folder, 'password'))
    await waitUntil(() => passwordOf(config) === 'linked-2')
  })

  it('that is wrong is refused once with its problems, and taken up when it is right', async () => {
    const config = open()
    writeFileSync(file, text('nonsense: 1\nlogs: { level: debug }\n'))
    await waitUntil(() => lines.length > 0)
    expect(lines[0]).toMatch(
      /^error: configuration change refused, the previous one stays in force: .*\n {2}nonsense is no setting: /,
    )
    expect(config.current().logs.level).toBe('info')
    rmSync(join(folder, 'password'))
    writeFileSync(file, text('logs: { level: warn }\n'))
    await waitUntil(() => lines.some((line) => line.includes('ENOENT')))
    writeFileSync(join(folder, 'password'), 'the-second-password')
    await waitUntil(() => passwordOf(config) === 'the-second-password')
    expect(config.current().logs.level).toBe('warn')
    expect(lines.filter((line) => line.includes('nonsense'))).toHaveLength(1)
  })

  it.each([
    ['kafka', text('', 'b:2')],
    ['redis', text().replace('redis://x', 'redis://:secret-of-redis@x')],
    ['port', text('port: 1234\n')],
    ['adminPort', text('adminPort: 1234\n')],
    ['topics.prefix', text('topics: { prefix: other, outbound: [imchannel.outbound] }\n')],
    ['topics.outbound (expressions)', text('topics: { outbound: ["/^bots\\\\./"] }\n')],
  ])('of %s is refused whole with a line that says to restart', async (name, changed) => {
    const config = open()
    writeFileSync(file, `${changed}maxWaiting: 7\n`)
    await waitUntil(() => lines.length > 0)
    expect(lines).toEqual([
      `error: configuration change refused: ${name} changed, which takes a restart; restart the service to take it up`,
    ])
    expect(config.current().maxWaiting).toBe(1_000)
  })

  it('that changes nothing but white space of the file keeps quiet about its meaning', async () => {
    const config = open()
    writeFileSync(file, text('# a comment\n'))
    await waitUntil(() => lines.some((line) => line.includes('configuration changed')))
    expect(config.current().maxWaiting).toBe(1_000)
  })
})

function check(): [number, string] {
  const printed: string[] = []
  return [checkConfig({ IMCHANNEL_CONFIG: file }, (line) => printed.push(line)), printed.join('\n')]
}

describe('--check-config', () => {
  it('says that a good file is fine', () => {
    expect(check()).toEqual([0, `${file} is fine: 1 tenant`])
  })

  it('prints every problem of a bad one', () => {
    writeFileSync(file, 'a: 1\nb: 2')
    const [code, printed] = check()
    expect(code).toBe(1)
    for (const path of ['a', 'b', 'kafka', 'redis', 'publicUrl', 'tenants'])
      expect(printed).toMatch(new RegExp(`^  ${path} `, 'm'))
  })

  it('says how to name a file where there is none', () => {
    rmSync(file)
    expect(check()).toEqual([1, expect.stringContaining('IMCHANNEL_CONFIG')])
  })
})

describe('a thousand tenants', () => {
  it('load, and the time is printed', () => {
    const tenants = Array.from(
      { length: 1_000 },
      (_, index) => `  t${index}:
    webhookAuth: { type: basic, username: infobip, password: "\${file:password}" }
    mediaTokens: ["\${file:password}"]
    accounts:
      - baseUrl: "https://x${index}.api.infobip.com"
        apiKey: "\${file:password}"
        senders:
          - { number: "4478600${100_000 + index}", scenarioKey: "AAAAAAAAAAAAABC63903B684B3E46C5DD869", messagesPerSecond: 80 }
`,
    )
    writeFileSync(file, `${text().split('tenants:')[0]}tenants:\n${tenants.join('')}`)
    const startedAt = performance.now()
    expect(Object.keys(open().current().tenants)).toHaveLength(1_000)
    process.stdout.write(`1,000 tenants loaded in ${Math.round(performance.now() - startedAt)} ms\n`)
  })
})
