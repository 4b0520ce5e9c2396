import { writeFile } from 'node:fs/promises'
import { uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callCli } from './support/call-cli.ts'
import { createStage, type Stage } from './support/stage.ts'

interface Report {
  ok: boolean
  problems: number
  findings: { area: string; level: string; text: string; remedy?: string }[]
}

let stage: Stage
beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

describe('doctor', () => {
  test('says what is wrong in every area, with what to do, and exits with 1', async () => {
    const { code, json } = await stage.cli('doctor', '--json')
    const [report] = json<Report>()
    expect(code).toBe(1)
    const problems = report?.findings.filter(({ level }) => level === 'problem') ?? []
    expect(problems.every(({ text, remedy }) => text.endsWith('.') && remedy !== undefined)).toBe(true)
    const said = problems.map(({ area, text }) => `${area}: ${text}`).join('\n')
    expect(said).toContain(`The topic ${stage.topics.account} is not there.`)
    expect(said).toContain('infobip: Infobip could not be asked')
    expect(said).toContain('publicUrl: The public URL http://127.0.0.1:9 cannot be reached from here')
    expect(report?.findings).toContainEqual(
      expect.objectContaining({ area: 'redis', level: 'ok', text: 'Redis answers.' }),
    )
  })

  test('reports a configuration that is refused, with every problem', async () => {
    await using broken = await createStage()
    await writeFile(broken.configFile, 'kafka: {}\nnonsense: 1\n')
    const { code, out } = await broken.cli('doctor')
    expect(code).toBe(1)
    expect(out).toContain('nonsense')
    expect(out).toContain('kafka.brokers')
    expect((await broken.cli('config', 'check')).code).toBe(1)
  })
})

test('no command prints a secret', async () => {
  for (const args of [
    ['doctor', '--verbose'],
    ['config', 'show'],
    ['config', 'show', '--json'],
    ['config', 'check'],
  ]) {
    const { out, err } = await stage.cli(...args)
    expect(out + err).not.toContain('canary')
    expect(out).not.toBe('')
  }
  const shown = await stage.cli('config', 'show', '--json')
  expect(JSON.stringify(shown.json())).toContain('[redacted]')
  expect((await stage.cli('config', 'show', 'topics.prefix')).out.trim()).toBe(
    stage.topics.inbound.replace('.inbound', ''),
  )
  expect((await stage.cli('config', 'show', 'no.such')).code).toBe(2)
})

test('topics create makes what is missing and changes nothing else; then check has no problem left', async () => {
  await using fresh = await createStage({ config: { topics: { prefix: uniqueName('cli'), partitions: 2 } } })
  expect((await fresh.cli('topics', 'check')).code).toBe(1)
  const first = await fresh.cli('topics', 'create', '--json')
  expect(first.code).toBe(0)
  const names = first.json<{ created: string[] }>()[0]?.created.map((name) => name.replace(/^[^.]+\./, ''))
  expect(names?.toSorted()).toEqual(
    'account attempts consent contacts cost inbound outbound outbound.deadletter status templates unrecognised'.split(
      ' ',
    ),
  )
  const again = await fresh.cli('topics', 'create', '--json')
  expect(again.json()).toMatchObject([{ created: [], missing: [] }])
  const checked = await fresh.cli('topics', 'check')
  expect(checked.out).not.toContain('problem')
  expect(checked.code).toBe(0)
})

test('a Kafka that is away is said in a sentence, and what else is wrong all the same', async () => {
  await using away = await createStage({ config: { kafka: { brokers: ['127.0.0.1:9'] } } })
  const { code, err } = await away.cli('deadletter', 'list')
  expect(code).toBe(1)
  expect(err).toContain('Kafka at 127.0.0.1:9 does not answer')
  const doctor = await away.cli('doctor')
  expect(doctor.code).toBe(1)
  expect(doctor.out).toMatch(/✗ Kafka at 127\.0\.0\.1:9 does not answer: .+\.\n {4}Check kafka\.brokers, ssl and sasl/)
  expect(doctor.out).toContain('✓ Redis answers.')
})

test.each([
  [['deadletter', 'list', '--since', 'yesterday'], 2],
  [['nonsense'], 2],
  [['deadletter', 'replay', '--per-second', '0'], 2],
  [['--help'], 0],
  [['deadletter', 'replay', '--help'], 0],
])('%j exits with %i', async (args, expected) => {
  const { code, out, err } = await callCli(args)
  expect(code, err).toBe(expected)
  expect(out + err).not.toBe('')
})
