import { createKafkaClient, createProducer, deleteTopics, ensureTopics, readRange } from '@imchannel/kafka'
import { testStack, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { createTopicLog, sendCommand } from './seed.ts'
import { stageConsole } from './start-console.ts'

interface Letter {
  readonly id: string
  readonly replay?: { readonly state: string; readonly by: string }
}

async function stageKafka(prefix: string) {
  const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: prefix })
  const [outbound, deadletter, audit] = [`${prefix}.outbound`, `${prefix}.outbound.deadletter`, `${prefix}.audit`]
  await ensureTopics(
    kafka,
    [outbound, deadletter].map((name) => ({ name, partitions: 3, replication: 1 })),
  )
  const producer = createProducer(kafka)
  onTestFinished(async () => {
    await producer.close()
    await deleteTopics(kafka, [outbound, deadletter, audit])
  })
  const read = async (topic: string) => {
    const values: string[] = []
    for await (const { value } of readRange(kafka, { topic })) values.push(value?.toString() ?? '')
    return values
  }
  return { producer, outbound, deadletter, audit, read }
}

test('a dead letter goes back to where it came from once, byte for byte, however often that is asked', async () => {
  await using stage = await stageConsole()
  const { producer, outbound, deadletter, audit, read } = await stageKafka(stage.prefix)
  const command = sendCommand('c-1', '351927482662', 'Hello')
  const { record } = createTopicLog().letter(command, 0, { 'imchannel-source-topic': outbound })
  const headers = Object.fromEntries(
    Object.entries(record.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  await producer.publish([{ topic: deadletter, key: record.key, value: record.value, headers }])
  const console = await stage.start()
  const letters = async () => ((await console.get('/v1/deadletters')) as { letters: Letter[] }).letters // as the API describes it
  const letter = await waitUntil(async () => (await letters())[0], { what: 'the letter is shown' })

  const path = `/v1/deadletters/${letter.id}/replay`
  const answers = await Promise.all([console.post(path, {}), console.post(path, {}), console.post(path, {})])
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  await waitUntil(async () => (await letters())[0]?.replay?.state === 'replayed', { what: 'it is replayed' })
  expect((await console.post(path, {})).body).toEqual({ state: 'replayed' })
  expect(await read(outbound)).toEqual([JSON.stringify(command)])
  const said = (await read(audit)).map((value) => JSON.parse(value) as Record<string, unknown>)
  for (const entry of said)
    expect(entry).toMatchObject({
      action: 'replay',
      by: 'everybody',
      via: 'console',
      place: expect.stringContaining(deadletter),
    })
  expect(JSON.stringify(said)).not.toContain('351927482662')
})
