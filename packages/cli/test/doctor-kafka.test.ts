import { listTopics, createKafkaClient } from '@imchannel/kafka'
import {
  type Acls,
  documentedAcls,
  openAcls,
  type SecureKafka,
  startSecureKafka,
  uniqueName,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createStage, type Stage } from './support/stage.ts'

interface Report {
  ok: boolean
  untried: number
  findings: { level: string; text: string; remedy?: string }[]
}

async function certify(stage: Stage, ...args: string[]): Promise<Report> {
  const { json, err } = await stage.cli('doctor', '--kafka', '--json', ...args)
  const [report] = json<Report>()
  if (report === undefined) throw new Error(err)
  return report
}

function saidOf({ findings }: Report, level: string): string[] {
  return findings.flatMap((one) => (one.level === level ? [one.text] : []))
}

test('a cluster that keeps what the gateway rests on is certified by doing, and nothing is left on it', async () => {
  await using stage = await createStage()
  const report = await certify(stage)
  expect(saidOf(report, 'problem')).toEqual([])
  expect(saidOf(report, 'untried')).toEqual([])
  // A single broker is one, whatever it can do.
  expect(saidOf(report, 'warning')).toEqual([expect.stringContaining('has 1 broker')])
  const said = saidOf(report, 'ok').join('\n')
  expect(said).toContain('Records keep their order and their headers, byte for byte.')
  expect(said).toContain('A batch that was sent twice under one sequence number is stored once.')
  expect(said).toContain('A record of 8 MiB comes back whole.')
  expect(said).toMatch(/A compacted topic came down to its last values within/)
  expect(said).toMatch(/Two members shared 4 partitions after .*, and nothing was skipped/)
  expect(said).toContain('This user may do all that dispatcher needs.')
  // A broker may still name what its controller has deleted.
  const isLeft = async (): Promise<boolean> => (await listTopics(stage.kafka)).some((name) => name.includes('.doctor.'))
  await waitUntil(async () => !(await isLeft()), { what: 'no topic of the doctor’s' })
})

describe('on a cluster with limits and an authorizer', () => {
  const passwords = { doctor: uniqueName('doctor'), nobody: uniqueName('nobody'), dispatcher: uniqueName('dispatcher') }
  const prefix = uniqueName('certify')
  let kafka: SecureKafka
  let acls: Acls

  beforeAll(async () => {
    kafka = await startSecureKafka({
      users: passwords,
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        'log.cleaner.backoff.ms': '200',
        'socket.request.max.bytes': '3000000',
      },
    })
    acls = await openAcls(kafka.brokers)
    await acls.grant(documentedAcls(prefix))
  })
  afterAll(async () => {
    await acls[Symbol.asyncDispose]()
    await kafka[Symbol.asyncDispose]()
  })

  function stageOf(user: keyof typeof passwords): Promise<Stage> {
    return createStage({
      config: {
        topics: { prefix },
        kafka: {
          brokers: [kafka.listeners.SASL],
          ssl: { ca: kafka.cert },
          sasl: { mechanism: 'plain', username: user, password: passwords[user] },
        },
      },
    })
  }

  test('the documented rights are enough, and what is degraded is named', async () => {
    await using stage = await stageOf('doctor')
    const report = await certify(stage)
    expect(report.ok, JSON.stringify(report.findings)).toBe(true)
    expect(saidOf(report, 'untried')).toEqual([])
    const degraded = saidOf(report, 'warning').join('\n')
    expect(degraded).toContain('Records of 2 MiB come back whole, larger ones do not.')
    expect(degraded).toContain(`This user may not do what ingress needs: Write on topic ${prefix}.inbound`)
    expect(saidOf(report, 'ok')).toContainEqual(expect.stringMatching(/^Two members shared 4 partitions/))
    const admin = createKafkaClient({ brokers: kafka.brokers }, { clientId: 'doctor-test' })
    expect(await listTopics(admin)).not.toContainEqual(expect.stringContaining('.doctor.'))
  })

  test('a user with no rights is told what could not be tried, and what it may do', async () => {
    await using stage = await stageOf('nobody')
    const report = await certify(stage)
    const untried = saidOf(report, 'untried')
    expect(untried).toContainEqual(
      expect.stringMatching(/^No topic could be made \(TOPIC_AUTHORIZATION_FAILED.*a rebalance/),
    )
    expect(untried).toContainEqual(expect.stringMatching(/^Compaction: no compacted topic could be made/))
    expect(saidOf(report, 'ok')).toEqual([])
    await using other = await stageOf('dispatcher')
    const may = saidOf(await certify(other), 'ok')
    expect(may).toContain('This user may do all that dispatcher needs.')
    expect(may).toContain('This user may do all that media-server needs.')
    expect(may).not.toContain('This user may do all that ingress needs.')
  })
})

test('a topic of the gateway is never written to', async () => {
  await using stage = await createStage()
  const { code, err } = await stage.cli('doctor', '--kafka', '--topic', stage.topics.outbound)
  expect(code).toBe(2)
  expect(err).toContain(`${stage.topics.outbound} is a topic of the gateway`)
  expect((await stage.cli('doctor', '--topic', 'x')).code).toBe(2)
})

test('a Kafka that is away is said, with what to do', async () => {
  await using away = await createStage({ config: { kafka: { brokers: ['127.0.0.1:9'] } } })
  const { code, out } = await away.cli('doctor', '--kafka')
  expect(code).toBe(1)
  expect(out).toMatch(/✗ Kafka at 127\.0\.0\.1:9 does not answer/)
})
