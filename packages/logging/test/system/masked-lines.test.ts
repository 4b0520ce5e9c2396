import { readFile, writeFile } from 'node:fs/promises'
import {
  collectRecords,
  type RecordCollector,
  startTestSystem,
  type TestSystem,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** 1 × 1 pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let system: TestSystem
let status: RecordCollector

beforeAll(async () => {
  system = await startTestSystem({
    env: { LOG_PRIVACY: 'mask', LOG_LEVEL: 'debug' },
    account: { unknownAfterMs: 1_000 },
  })
  status = await collectRecords(system.brokers, [`${system.topicPrefix}.status`])
})

afterAll(async () => {
  await status?.[Symbol.asyncDispose]()
  await system?.[Symbol.asyncDispose]()
})

async function setFormat(format: 'classic' | 'json'): Promise<void> {
  const config = JSON.parse(await readFile(system.configFile, 'utf8')) as Record<string, unknown> // the testkit's
  await writeFile(system.configFile, JSON.stringify({ ...config, logs: { format } }))
  const parts = ['ingress', 'dispatcher', 'media-server'] as const
  await Promise.all(parts.map((part) => system.process(part).line('configuration changed')))
}

function webhook(body: string): Promise<Response> {
  return fetch(`${system.urls.ingress}/${system.tenant}/imchannel/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`infobip:${system.secrets.webhookPassword}`).toString('base64')}`,
    },
    body,
  })
}

/** Whether every command has ended, however it did. */
function ended(ids: readonly string[]): boolean {
  const texts = status.records
    .filter(({ headers }) => /message\.(accepted|rejected|expired)/.test(headers['ce_type'] ?? ''))
    .map(({ value }) => value?.toString() ?? '')
  return ids.every((id) => texts.some((text) => text.includes(`"${id}"`)))
}

/** Everything that people say and are, on every way through the services that has a line of its own. */
async function goThrough(said: { customer: string; bsuid: string; words: string; name: string }): Promise<void> {
  const { customer, bsuid, words, name } = said
  const { tenant, number, urls } = system
  const from = { from: customer, name }
  for (const message of [
    { text: words },
    { image: { base64: PNG, contentType: 'image/png', caption: words } },
    {
      document: {
        base64: Buffer.from('%PDF-1.4').toString('base64'),
        contentType: 'application/pdf',
        filename: `${words}.pdf`,
      },
    },
    { location: { latitude: 38.7, longitude: -9.1, name: words, address: words } },
    { contacts: [{ name: { firstName: name, formattedName: name }, phones: [{ phone: `+${customer}` }] }] },
    { buttonReply: { id: 'b', title: words } },
    { listReply: { id: 'l', title: words, description: words } },
    { message: { type: 'INVENTED_TOMORROW', inner: { note: words, phone: Number(customer), [customer]: name } } },
  ])
    await system.customerWrites({ ...from, ...message })
  await system.customerWrites({ from: uniqueNumber(), userId: bsuid, name, text: words })
  for (const body of [`{"nobody":"${words}","knows":[${customer}]}`, `not JSON: ${words} ${customer}`])
    await webhook(body)
  const stranger = {
    from: customer,
    to: customer,
    integrationType: 'WHATSAPP',
    receivedAt: '2025-02-27T15:44:57.000+0000',
    messageId: uniqueName('m'),
    message: { type: 'TEXT', text: words },
    contact: { name },
  }
  await webhook(JSON.stringify({ results: [stranger] }))

  // A media item, its name, and the lines of its fetch.
  const uploaded = await fetch(`${urls['media-server']}/${tenant}/imchannel/media?filename=${words}.png`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.mediaToken}`, 'content-type': 'image/png' },
    body: Buffer.from(PNG, 'base64'),
  })
  const { id } = (await uploaded.json()) as { id: string } // the media-server's own answer

  const contents: readonly object[] = [
    { type: 'text', text: words },
    { type: 'image', media: { id }, caption: words },
    {
      type: 'document',
      media: { base64: Buffer.from('%PDF-1.4').toString('base64'), contentType: 'application/pdf' },
      filename: `${words}.pdf`,
      caption: words,
    },
    { type: 'image', media: { url: `https://127.0.0.1:9/${words}.png` } },
    { type: 'location', latitude: 38.7, longitude: -9.1, name: words, address: words },
    { type: 'buttons', body: words, buttons: [{ id: 'b', title: words.slice(0, 20) }], footer: words },
    {
      type: 'list',
      body: words,
      button: 'b',
      sections: [{ rows: [{ id: 'r', title: words.slice(0, 20), description: words }] }],
    },
    { type: 'template', name: 'a_template', language: 'en', body: [words] },
    { type: 'nobody knows', text: words },
  ]
  const command = { tenant, from: number, to: customer }
  const ids = contents.map(() => uniqueName('c'))
  await system.botSends([
    ...contents.map((content, index) => ({ value: { ...command, id: ids[index], content, callbackData: words } })),
    { value: Buffer.from(`not JSON: ${words} ${customer}`) },
    { value: { ...command, id: uniqueName('c'), to: bsuid, content: { type: 'text', text: words } } },
    { value: { ...command, type: 'imchannel.typing.start' } },
  ])
  await waitUntil(() => ended(ids), { what: 'every command has ended', timeoutMs: 60_000 })
  // What goes wrong has lines of its own.
  for (const fault of [
    { action: 'status', status: 500 },
    { action: 'garbage' },
    { action: 'drop' },
    { action: 'reject', statusId: 8 },
    { action: 'status', status: 400 },
  ]) {
    await system.tell('faults', { ...fault, to: customer, count: 1 })
    const failing = uniqueName('c')
    await system.botSends([{ value: { ...command, id: failing, content: { type: 'text', text: words } } }])
    await waitUntil(() => ended([failing]), {
      what: `the command that met ${fault.action} has ended`,
      timeoutMs: 60_000,
    })
  }
}

test('no line of any service shows a number, a user id, a name or words, in either format', async () => {
  const people = [0, 1].map(() => ({
    customer: uniqueNumber(),
    bsuid: `PT.${uniqueNumber()}`,
    words: uniqueName('private'),
    name: uniqueName('Teresa'),
  }))
  const [first, second] = people
  if (first === undefined || second === undefined) throw new Error('there are two')
  await goThrough(first)
  await setFormat('json')
  await goThrough(second)

  for (const part of ['ingress', 'dispatcher', 'media-server'] as const) {
    const lines = system.process(part).output().split('\n')
    const leaks = lines.filter((line) =>
      people.some(({ customer, bsuid, words, name }) =>
        [customer, bsuid, words, name].some((what) => line.includes(what)),
      ),
    )
    expect(leaks, part).toEqual([])
    // There was something to hide, in both formats.
    expect(lines.filter((line) => line.startsWith('[IMCHANNEL]')).length, part).toBeGreaterThan(5)
    expect(lines.filter((line) => line.startsWith('{"time"')).length, part).toBeGreaterThan(5)
  }
  const shown = ['ingress', 'dispatcher'].map((part) => system.process(part as 'ingress').output()).join('\n')
  expect(shown).toContain(`*********${first.customer.slice(-3)}`)
})
