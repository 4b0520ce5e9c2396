import { setTimeout as sleep } from 'node:timers/promises'
import { conversationKey } from '@imchannel/events'
import { createProducer } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import type { Book } from './book.ts'
import { DEADLY } from './deadly.ts'
import { long } from './poison.ts'
import { COMMAND_TOPICS } from './system.ts'
import { sendersOf } from './tenants.ts'

const TENANT = 'gamma'
/** Of nobody else. */
const CUSTOMER = '39390000000'
const AGAIN_MS = 200

/** Writes a large command that kills whoever reads it, where reading does so. */
export async function writeDeadly({ client, book }: { client: KafkaClient; book: Book }): Promise<void> {
  const [from = ''] = sendersOf(TENANT)
  const id = `c.${DEADLY}`
  const conversation = conversationKey({ tenant: TENANT, business: from, customer: CUSTOMER })
  const value = long({ id, tenant: TENANT, from, to: CUSTOMER })
  const topic = COMMAND_TOPICS[0]?.name ?? ''
  const producer = createProducer(client)
  for (;;) {
    const [result] = await producer.publish([{ topic, key: conversation, value }])
    if (result?.kind === 'stored') break
    await sleep(AGAIN_MS)
  }
  await producer.close()
  book.note({ kind: 'command', at: Date.now(), id, conversation, index: 0, isDeadly: true })
}
