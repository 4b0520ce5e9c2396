import { committedOffsets } from '@imchannel/kafka'
import type { OutgoingRecord } from '@imchannel/kafka'
import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

describe('records as others write them', { timeout: PATIENCE_MS }, () => {
  it('end each in a dead letter or an outcome, and hold up no good one', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const good = (id: string) => JSON.stringify(stage.text('acme', { id }))
    const bare = JSON.stringify({ ...stage.text('acme'), id: undefined })
    const envelope = { specversion: '1.0', type: 'imchannel.message.send', source: '/bot' }
    const text = stage.text('acme', { id: 'enveloped' })
    const unread: [string, Partial<OutgoingRecord>][] = [
      ['a tombstone', { value: null, key: 'a conversation' }],
      ['an empty value', { value: '' }],
      ['not JSON', { value: '{"id":' }],
      ['two lines of JSON', { value: `${good('line-1')}\n${good('line-2')}` }],
      ['UTF-16', { value: Buffer.from(good('utf-16'), 'utf16le') }],
      ['Latin-1', { value: Buffer.from(JSON.stringify(stage.text('acme', { text: 'Café' })), 'latin1') }],
      ['Avro', { value: Buffer.from([0, 0, 0, 0, 7, 2, 6, 8, 61]) }],
    ]
    const accepted: [string, Partial<OutgoingRecord>][] = [
      ['plain', { value: good('plain') }],
      ['with-bom', { value: `\ufeff${good('with-bom')}` }],
      ['from-header', { value: bare, headers: { ce_id: 'from-header', CE_Type: 'imchannel.message.send.v1' } }],
      [
        'odd-headers',
        {
          value: good('odd-headers'),
          headers: { '': '', 'x-bytes': Buffer.from([0xff, 0, 0x80]), constructor: 'c' },
        },
      ],
      [
        'many-headers',
        {
          value: good('many-headers'),
          headers: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`h${i}`, 'v'])),
        },
      ],
      ['huge-key', { value: good('huge-key'), key: 'k'.repeat(100_000) }],
      ['no-key', { value: good('no-key'), key: null }],
      ['enveloped', { value: JSON.stringify({ ...envelope, id: 'other', data: text }) }],
      [
        'in-base64',
        { value: JSON.stringify({ ...envelope, id: 'in-base64', data_base64: Buffer.from(bare).toString('base64') }) },
      ],
      ['registry', { value: Buffer.concat([Buffer.from([0, 0, 0, 0, 0x22]), Buffer.from(good('registry'))]) }],
      [
        'null-fields',
        { value: JSON.stringify({ ...stage.text('acme', { id: 'null-fields' }), replyTo: null, sendAt: null }) },
      ],
    ]
    const rejected: [string, Partial<OutgoingRecord>][] = [
      ['another-kind', { value: good('another-kind'), headers: { ce_type: 'com.example.order' } }],
      ['of-version-2', { value: good('of-version-2'), headers: { ce_type: 'imchannel.message.send.v2' } }],
      ['numbers', { value: good('numbers').replace(/"from":"(\d+)"/, '"from":$1') }],
      ['in-string', { value: JSON.stringify({ ...envelope, id: 'in-string', data: good('in-string') }) }],
    ]
    await stage.start()
    for (const [, record] of [...unread, ...rejected, ...accepted]) await stage.send([''], record)
    const ids = [...accepted, ...rejected].map(([id]) => id)
    const outcomes = await stage.outcomesOf(ids)
    expect(Object.fromEntries(outcomes.map(({ commandId, how }) => [commandId, how]))).toEqual(
      Object.fromEntries([
        ...accepted.map(([id]) => [id, 'accepted'] as const),
        ...rejected.map(([id]) => [id, 'rejected'] as const),
      ]),
    )
    const letters = await waitUntil(() => {
      const all = stage.deadLetters()
      return all.length === unread.length + rejected.length ? all : undefined
    })
    const codes = Map.groupBy(letters, ({ headers }) => headers['imchannel-error-code']?.toString())
    expect(codes.get('unreadable')).toHaveLength(unread.length)
    const groupId = `${stage.topics.outbound.replace(/\.outbound$/, '')}.dispatcher`
    const all = BigInt(unread.length + accepted.length + rejected.length)
    await waitUntil(async () => {
      const offsets = await committedOffsets(stage.client, groupId, stage.topics.outbound)
      return [...offsets.values()].reduce((sum, offset) => sum + offset, 0n) === all
    })
  })
})
