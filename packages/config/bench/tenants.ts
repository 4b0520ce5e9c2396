// Measures how long a configuration takes to load, first thing in a process: node packages/config/bench/tenants.ts [tenants]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROUNDS = 5
const LOAD = `
import { openConfig } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
const startedAt = performance.now()
const cpu = process.cpuUsage()
const source = openConfig({ env: process.env, log: () => undefined })
const { user, system } = process.cpuUsage(cpu)
console.log(Object.keys(source.current().tenants).length, performance.now() - startedAt, (user + system) / 1_000)
`

const count = Number(process.argv[2] ?? '1000')
const folder = mkdtempSync(join(tmpdir(), 'imchannel-config-'))
const file = join(folder, 'imchannel.yaml')
// Three secrets a tenant, each from a file as an orchestrator mounts it, and two senders.
writeFileSync(join(folder, 'secret'), 'a-secret-of-a-tenant')
const tenants = Array.from(
  { length: count },
  (_, index) => `  t${index}:
    webhookAuth: { type: basic, username: infobip, password: "\${file:secret}" }
    mediaTokens: ["\${file:secret}"]
    accounts:
      - baseUrl: "https://x${index}.api.infobip.com"
        apiKey: "\${file:secret}"
        senders:
          - { number: "4478600${100_000 + index}", scenarioKey: "AAAAAAAAAAAAABC63903B684B3E46C5DD869" }
          - { number: "4478700${100_000 + index}", scenarioKey: "AAAAAAAAAAAAABC63903B684B3E46C5DD869" }
`,
)
writeFileSync(
  file,
  `kafka: { brokers: ["127.0.0.1:9092"] }
redis: { url: "redis://127.0.0.1:6379" }
publicUrl: "https://chat.example.com"
tenants:
${tenants.join('')}`,
)
for (let round = 1; round <= ROUNDS; round++) {
  const env = { PATH: process.env['PATH'], IMCHANNEL_CONFIG: file }
  const options = { env, cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' } as const
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', LOAD], options)
  const [loaded, ms = 0, cpuMs = 0] = printed.split(' ').map(Number)
  process.stdout.write(`round ${round}: ${loaded} tenants in ${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of CPU\n`)
}
rmSync(folder, { recursive: true })
