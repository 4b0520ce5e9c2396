import type { IncomingRecord, RecordHeader } from '@imchannel/kafka'
import { durationText } from '../../session/read-values.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Scratch } from './scratch.ts'

const { ok, problem } = findingsOf('kafka')
/** Enough for a median, and some seconds where each takes fifty milliseconds. */
const CONFIRMATIONS = 30

/** What CloudEvents and dead letters rest on: names that repeat, bytes that are no text, empty values and none. */
const HEADERS: readonly RecordHeader[] = [
  header('ce_type', Buffer.from('imchannel.doctor.v1')),
  header('again', Buffer.from('first')),
  header('again', Buffer.from('second')),
  header('bytes', Buffer.from([0xff, 0x00, 0xfe])),
  header('empty', Buffer.alloc(0)),
  header('none', null),
]

function header(name: string, value: Buffer | null): RecordHeader {
  return { name: Buffer.from(name), value }
}

/** Do records come back as they were written, in their order, and how long does a confirmation by all replicas take? */
export async function tryRecords({ publish, read, mark }: Scratch, topic: string): Promise<Finding[]> {
  const before = await mark(topic)
  const times: number[] = []
  for (let index = 0; index < CONFIRMATIONS; index++) {
    const start = performance.now()
    const [result] = await publish([{ topic, key: 'doctor', value: String(index), headers: HEADERS }])
    if (result?.kind !== 'stored')
      return [
        problem(
          `A record could not be written with acks=all by an idempotent producer: ${result?.detail}.`,
          'Allow this user to WRITE (and on brokers before 2.8 IDEMPOTENT_WRITE), and look at the brokers’ health.',
        ),
      ]
    times.push(performance.now() - start)
  }
  const median = times.toSorted((one, other) => one - other)[CONFIRMATIONS / 2] ?? 0
  return [
    ok(`Records are confirmed by all replicas, in ${durationText(median)} (median of ${CONFIRMATIONS}).`),
    ...judgeRecords(await read(topic, before)),
  ]
}

/** Pure. */
export function judgeRecords(records: readonly IncomingRecord[]): Finding[] {
  const values = records.map(({ value }) => String(value))
  const findings: Finding[] = []
  if (values.join() !== Array.from({ length: CONFIRMATIONS }, (_, index) => index).join()) {
    findings.push(
      problem(
        `Of ${CONFIRMATIONS} records of one key these were read: ${values.join(', ')}.`,
        'A conversation’s order rests on it: something between here and Kafka loses, doubles or reorders records.',
      ),
    )
  }
  if (records.some((record) => !areSame(record.allHeaders ?? [], HEADERS))) {
    findings.push(
      problem(
        'Headers do not come back byte for byte: repeated names, empty values or bytes that are no text are lost.',
        'What an event is, stands in its headers: do not use this cluster, or what stands between here and it.',
      ),
    )
  }
  return findings.length > 0 ? findings : [ok('Records keep their order and their headers, byte for byte.')]
}

function areSame(one: readonly RecordHeader[], other: readonly RecordHeader[]): boolean {
  return bytesOf(one) === bytesOf(other)
}

function bytesOf(headers: readonly RecordHeader[]): string {
  return JSON.stringify(headers.map(({ name, value }) => [name.toString('hex'), value?.toString('hex') ?? null]))
}
