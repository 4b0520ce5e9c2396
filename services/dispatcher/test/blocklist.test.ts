import { type ConsentRecorded, encodeEvent } from '@imchannel/events'
import { createEmulator } from '@imchannel/infobip-emulator'
import { ensureTopics } from '@imchannel/kafka'
import { collectRecords, testStack, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

test(
  'who stands on the account’s blocklist is opted out, and who does no longer is so no longer',
  async () => {
    const [sender, key, customer] = [uniqueNumber(), uniqueName('key'), uniqueNumber()]
    const emulator = await createEmulator({
      port: 0,
      accounts: [
        { id: 'one', apiKeys: [key], senders: [{ number: sender, scenarioKey: 'S1' }], webhooks: { baseUrl: null } },
      ],
    })
    onTestFinished(() => emulator.stop())
    const ask = (method: 'POST' | 'DELETE', entry: object): Promise<Response> =>
      fetch(`${emulator.url}/platform/1/blocklists`, {
        method,
        headers: { authorization: `App ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ blocklist: [entry] }),
      })
    const entry = { destinations: [{ to: customer }], channel: 'WHATSAPP' }
    const others = { destinations: [{ to: uniqueNumber() }], channel: 'SMS' }
    expect((await ask('POST', entry)).status).toBe(202)
    await waitUntil(async () => (await ask('POST', others)).status === 202, { what: 'one question a second' })

    const stage = await useStage({
      tenants: { acme: emulator.url },
      account: { apiKey: key },
      sender: { number: sender, scenarioKey: 'S1' },
    })
    await ensureTopics(stage.client, [{ name: stage.topics.account, partitions: 1, replication: 1 }])
    const { id: tenant } = stage.tenant('acme')
    // As a webhook told it once; somebody has used the portal since.
    const gone = uniqueNumber()
    const changedAt = '2026-11-30T14:00:00.000Z'
    const blocked = encodeEvent(
      {
        type: 'imchannel.consent.changed.v1',
        id: uniqueName('block'),
        tenant,
        key: `${tenant}:-:${gone}`,
        time: changedAt,
        data: { tenant, from: gone, status: 'BLOCK', state: 'optedOut', scope: 'all', source: 'blocklist', changedAt },
      },
      stage.topics,
    )
    expect((await stage.producer.publish([blocked]))[0]?.kind).toBe('stored')
    await stage.start(undefined, { readEveryMs: 2_500 })
    const read = await waitUntil(() => collectRecords(testStack().brokers, [stage.topics.consent]), {
      what: 'the topic',
    })
    onTestFinished(() => read[Symbol.asyncDispose]())
    const records = (): ConsentRecorded[] =>
      read.records.map(({ value }) => JSON.parse(value?.toString() ?? '{}') as ConsentRecorded) // consent.recorded
    const of = (name: string) => records().filter(({ from }) => from === name)
    await waitUntil(() => of(customer).length === 1, { what: 'who is on the list is opted out' })
    expect(of(customer)[0]).toMatchObject({
      tenant,
      from: customer,
      source: 'blocklist',
      state: 'optedOut',
      scope: 'all',
      evidence: { sourceType: 'CUSTOM' },
    })
    await waitUntil(() => of(gone).at(-1)?.state === 'optedIn', {
      what: 'who is not on the list is opted out no longer',
    })
    expect(of(gone).map(({ state }) => state)).toEqual(['optedOut', 'optedIn'])
    expect(records()).toHaveLength(3)
  },
  PATIENCE_MS,
)

test(
  'a key that may not read the blocklist is named with the scope that it lacks, once, and commands go',
  async () => {
    const infobip = await useInfobip()
    infobip.onOther = ({ path }) => (path === '/platform/1/blocklists' ? { status: 403, body: {} } : undefined)
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { logs } = await stage.start()
    const refusals = (): string[] => logs.filter((text) => text.includes('blocklist:manage'))
    await waitUntil(() => refusals().length === 1, { what: 'the scope is named' })
    const id = uniqueName('command')
    await stage.send([stage.text('acme', { id })])
    expect(await stage.outcomesOf([id])).toMatchObject([{ how: 'accepted' }])
    expect(refusals()).toHaveLength(1)
  },
  PATIENCE_MS,
)
