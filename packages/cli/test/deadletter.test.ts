import { messageIdOf } from '@imchannel/events'
import { type IncomingRecord, type OutgoingRecord, readRange } from '@imchannel/kafka'
import { newOwner, type Settlement } from '@imchannel/ledger'
import { waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createStage, type Stage } from './support/stage.ts'

let stage: Stage

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

interface LetterOptions {
  code?: string
  value?: string | Buffer | null
  headers?: Record<string, string>
  source?: { topic?: string; partition?: number; offset?: string }
}

function letter(
  commandId: string | undefined,
  { code = 'unknown_sender', value, headers, source }: LetterOptions = {},
): OutgoingRecord {
  const { tenant, number, topics } = stage
  const command = {
    ...(commandId === undefined ? {} : { id: commandId }),
    tenant,
    from: number,
    to: '39123456789',
    content: { type: 'text', text: 'Hi' },
  }
  return {
    topic: topics.deadletter,
    key: `${tenant}:${number}:39123456789`,
    value: value === undefined ? JSON.stringify(command) : value,
    headers: {
      'imchannel-error-code': code,
      'imchannel-error-reason': 'No account of the tenant has this number',
      'imchannel-source-topic': source?.topic ?? topics.outbound,
      'imchannel-source-partition': String(source?.partition ?? 0),
      'imchannel-source-offset': source?.offset ?? '0',
      'imchannel-attempts': '0',
      traceparent: TRACEPARENT,
      'bot-header': 'kept',
      ...headers,
    },
  }
}

async function settle(commandId: string, settlement: Settlement): Promise<void> {
  const { tenant, number, ledger } = stage
  const send = {
    tenant,
    messageId: messageIdOf(tenant, commandId),
    identity: { commandId, from: number, to: '39123456789', print: 'print' },
  }
  const owner = newOwner()
  await ledger.claim(send, owner)
  await ledger.settle(send, owner, settlement)
  if ('outcome' in settlement) await ledger.reported(send)
}

async function outbound(): Promise<IncomingRecord[]> {
  const records: IncomingRecord[] = []
  for await (const record of readRange(stage.kafka, { topic: stage.topics.outbound })) records.push(record)
  return records
}

function headersOf(record?: IncomingRecord): Record<string, string> {
  return Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]))
}

beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

describe('deadletter', () => {
  beforeEach(async () => {
    const purged = await stage.cli('deadletter', 'purge', '--yes')
    expect(purged.code, purged.err).toBe(0)
  })

  test('list filters by tenant, code, id and time, and show has the whole command', async () => {
    const since = new Date(Date.now() - 1_000).toISOString()
    await stage.write(letter('l-1'), letter('l-2', { code: 'expired' }), letter('l-3', { code: 'internal_error' }))
    const all = await stage.cli('deadletter', 'list', '--since', since, '--tenant', stage.tenant)
    expect(all.code).toBe(0)
    expect(all.json()).toMatchObject([
      {
        commandId: 'l-1',
        code: 'unknown_sender',
        tenant: stage.tenant,
        from: stage.number,
        to: '39123456789',
        messageId: messageIdOf(stage.tenant, 'l-1'),
      },
      { commandId: 'l-2' },
      { commandId: 'l-3' },
    ])
    const chosen = await stage.cli('deadletter', 'list', '--code', 'expired', '--code', 'internal_error', '--id', 'l-3')
    expect(chosen.json()).toMatchObject([{ commandId: 'l-3' }])
    expect((await stage.cli('deadletter', 'list', '--tenant', 'nobody')).out).toBe('')
    expect((await stage.cli('deadletter', 'list', '--until', since)).out).toBe('')

    const [first] = all.json<{ place: string }>()
    const shown = await stage.cli('deadletter', 'show', first?.place ?? '')
    expect(shown.json()).toMatchObject([
      { commandId: 'l-1', headers: { 'bot-header': 'kept' }, value: letter('l-1').value },
    ])
    expect((await stage.cli('deadletter', 'show', '0:999999')).code).toBe(1)
    expect((await stage.cli('deadletter', 'show', 'nowhere')).code).toBe(2)
  })

  test('replay without --yes counts and writes nothing', async () => {
    await stage.write(letter('dry-1'))
    await settle('dry-1', { state: 'rejected', outcome: '' })
    const before = (await outbound()).length
    const { code, out, err } = await stage.cli('deadletter', 'replay')
    expect({ code, out }).toEqual({ code: 0, out: '1 command would be sent again; none was\n' })
    expect(err).toContain('add --yes')
    expect(await outbound()).toHaveLength(before)
    const [entry] = (await stage.ledger.findByMessageIds(stage.tenant, [messageIdOf(stage.tenant, 'dry-1')])).values()
    expect(entry?.state).toBe('rejected')
  })

  test('replay keeps key, bytes, headers and ids, and sends neither what was accepted nor what may have been', async () => {
    const position = { partition: 1, offset: '4711' }
    await stage.write(
      letter('r-rejected'),
      letter('r-twice'),
      letter('r-twice'),
      letter('r-accepted'),
      letter('r-unknown'),
      letter('r-cleared-before'),
      letter(undefined, { source: position }),
      letter('r-no-topic', { source: { topic: `${stage.topics.outbound}.gone` } }),
    )
    const byPosition = `${stage.topics.outbound}-1-4711`
    for (const id of ['r-rejected', 'r-twice', byPosition]) await settle(id, { state: 'rejected', outcome: '' })
    await settle('r-accepted', { state: 'accepted', outcome: '' })
    await settle('r-unknown', { state: 'unknown' })
    const before = (await outbound()).length

    const { code, json, err } = await stage.cli('deadletter', 'replay', '--yes', '--json', '--per-second', '1000')
    expect(err).toContain('accepted by Infobip meanwhile')
    expect(code).toBe(0)
    expect(json()).toEqual([
      {
        matched: 8,
        toSend: 4,
        replayed: 4,
        left: { newerLetter: 1, accepted: 1, unknown: 1, sourceGone: 1 },
        failed: {},
      },
    ])

    const written = (await outbound()).slice(before)
    const ids = written.map(({ value }) => (JSON.parse(String(value)) as { id?: string }).id)
    expect(ids).toEqual(['r-rejected', 'r-twice', 'r-cleared-before', undefined])
    const original = letter('r-rejected')
    expect(String(written[0]?.value)).toBe(original.value)
    expect(String(written[0]?.key)).toBe(original.key)
    const kept = { traceparent: TRACEPARENT, 'bot-header': 'kept' }
    expect(headersOf(written[0])).toEqual(kept)
    expect(headersOf(written[3])).toEqual({ ...kept, ce_id: byPosition })

    const idsOf = (...names: string[]) => names.map((name) => messageIdOf(stage.tenant, name))
    const entries = await stage.ledger.findByMessageIds(
      stage.tenant,
      idsOf('r-rejected', 'r-twice', byPosition, 'r-accepted', 'r-unknown'),
    )
    expect([...entries].map(([id, { state }]) => [id, state])).toEqual(
      idsOf('r-accepted', 'r-unknown').map((id, index) => [id, index === 0 ? 'accepted' : 'unknown']),
    )
  })

  test('replay of some, by code, tenant and time, clears those ids and no other', async () => {
    await stage.write(letter('early', { code: 'wanted' }))
    const [early] = (await stage.cli('deadletter', 'list', '--id', 'early')).json<{ at: string }>()
    await waitUntil(() => Date.now() > Date.parse(early?.at ?? ''))
    const since = new Date().toISOString()
    await stage.write(letter('late', { code: 'wanted' }), letter('other', { code: 'unwanted' }))
    const ids = ['early', 'late', 'other']
    for (const id of ids) await settle(id, { state: 'rejected', outcome: '' })
    const chosen = ['--code', 'wanted', '--since', since]
    const replay = (tenant: string) =>
      stage.cli('deadletter', 'replay', ...chosen, '--tenant', tenant, '--yes', '--json')
    expect((await replay('nobody')).json()).toMatchObject([{ matched: 0, replayed: 0 }])
    expect((await replay(stage.tenant)).json()).toMatchObject([{ matched: 1, replayed: 1, left: {} }])
    const written = (await outbound()).map(({ value }) => (JSON.parse(String(value)) as { id?: string }).id ?? '')
    expect(written.filter((id) => ids.includes(id))).toEqual(['late'])
    const messageIds = ids.map((id) => messageIdOf(stage.tenant, id))
    const entries = await stage.ledger.findByMessageIds(stage.tenant, messageIds)
    expect(messageIds.map((id) => entries.get(id)?.state)).toEqual(['rejected', undefined, 'rejected'])
  })

  test('replay is paced', async () => {
    const ids = Array.from({ length: 4 }, (_, index) => `paced-${index}`)
    await stage.write(...ids.map((id) => ({ ...letter(id), partition: 0 })))
    for (const id of ids) await settle(id, { state: 'rejected', outcome: '' })
    const { code } = await stage.cli('deadletter', 'replay', '--yes', '--per-second', '2')
    expect(code).toBe(0)
    const times = (await outbound()).flatMap(({ value, timestamp }) =>
      String(value).includes('"paced-') ? [timestamp] : [],
    )
    expect(times).toHaveLength(4)
    // Between the second and the last lies a second, however slow the first one was.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(990)
  })

  test('replay never touches the entry of a command that only had the same id', async () => {
    await stage.write(letter('x-other', { code: 'tenant_mismatch' }))
    await settle('x-other', { state: 'rejected', outcome: '' })
    expect((await stage.cli('deadletter', 'replay', '--yes')).code).toBe(0)
    const entries = await stage.ledger.findByMessageIds(stage.tenant, [messageIdOf(stage.tenant, 'x-other')])
    expect(entries.size).toBe(1)
  })

  test('replay takes the bytes of a letter without a value from where they were written first', async () => {
    const big = letter('big-1')
    await stage.write({
      topic: stage.topics.outbound,
      partition: 1,
      key: big.key,
      value: big.value,
      headers: { a: 'b' },
    })
    const source = (await outbound()).findLast(({ value }) => String(value) === big.value)
    await settle('big-1', { state: 'rejected', outcome: '' })
    const omitted = { value: null, headers: { 'imchannel-value-omitted': 'true' } }
    await stage.write(
      letter('', { ...omitted, source: { partition: 1, offset: source?.offset ?? '' } }),
      letter('', { ...omitted, source: { partition: 1, offset: '999999' } }),
    )
    const { json } = await stage.cli('deadletter', 'replay', '--yes', '--json')
    expect(json()).toMatchObject([{ replayed: 1, left: { valueGone: 1 } }])
    const again = (await outbound()).filter(({ value }) => String(value) === big.value)
    expect(again).toHaveLength(2)
    expect(Object.keys(again.at(-1)?.headers ?? {})).toEqual(['a'])
  })

  test('replay writes headers as they were: repeated, in their order, without value, in any bytes', async () => {
    const odd = Buffer.from([0xff, 0x68])
    const own = [
      { name: Buffer.from('x-hop'), value: Buffer.from('a') },
      { name: odd, value: odd },
      { name: Buffer.from('none'), value: null },
      { name: Buffer.from('traceparent'), value: Buffer.from(TRACEPARENT) },
      { name: Buffer.from('x-hop'), value: Buffer.from('b') },
      { name: Buffer.from('empty'), value: Buffer.alloc(0) },
    ]
    const { headers, ...record } = letter('h-1')
    const ours = Object.entries(headers ?? {}).filter(([name]) => name.startsWith('imchannel-'))
    const added = ours.map(([name, value]) => ({ name: Buffer.from(name), value: Buffer.from(String(value)) }))
    await stage.write({ ...record, headers: [...own, ...added] })
    await settle('h-1', { state: 'rejected', outcome: '' })
    expect((await stage.cli('deadletter', 'replay', '--yes')).code).toBe(0)
    const written = (await outbound()).findLast(({ value }) => String(value) === record.value)
    expect(written?.allHeaders).toEqual(own)
  })

  test('purge removes from the front alone and says what stays behind', async () => {
    const at = { partition: 0 }
    await stage.write(
      { ...letter('p-1', { code: 'expired' }), ...at },
      { ...letter('p-2'), ...at },
      { ...letter('p-3', { code: 'expired' }), ...at },
    )
    const { json } = await stage.cli('deadletter', 'purge', '--code', 'expired', '--yes', '--json')
    expect(json()).toEqual([{ toRemove: 1, removed: 1, behind: 1 }])
    const left = await stage.cli('deadletter', 'list')
    expect(left.json().map(({ commandId }) => commandId)).toEqual(['p-2', 'p-3'])
  })
})
