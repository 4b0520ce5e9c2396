import { spawnManaged } from '@imchannel/local-stack'
import { startTestSystem } from './test-system.ts'
import { uniqueNumber } from './unique-name.ts'
import { waitUntil } from './wait-until.ts'

/** A bot in any language. It is told by `KAFKA_BROKERS` and `TOPIC_PREFIX` where Kafka is, and by `BOT_TENANT` whose bot it is. */
export interface BotProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a bot with the real system, and writes each text as another customer, after a call of theirs and a word that the business wrote
 * them by its own phone, both of which are nothing to answer. Gives the texts that each phone has as answers.
 * @throws with what the bot has printed, when a customer gets no answer
 */
export async function answersOf({ command, args, env }: BotProgram, texts: readonly string[]): Promise<string[][]> {
  await using system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
  let output = ''
  const bot = await spawnManaged(command, args, {
    env: {
      ...process.env,
      ...env,
      KAFKA_BROKERS: system.brokers.join(','),
      TOPIC_PREFIX: system.topicPrefix,
      BOT_TENANT: system.tenant,
    },
    output: (chunk) => {
      output += chunk
    },
  })
  try {
    const customers = texts.map((text) => ({ from: uniqueNumber(), text }))
    for (const customer of customers) {
      for (const body of nothingToAnswer(system.number, customer.from)) await system.tell('webhooks', { body })
      await system.customerWrites(customer)
    }
    const answers: string[][] = []
    for (const { from } of customers) {
      const path = `messages?customer=${from}&direction=to-customer`
      const bubbles = await waitUntil(
        async () => {
          const { messages } = await system.ask<{ messages: { bubble: { text?: string } }[] }>(path)
          return messages.length > 0 && messages
        },
        { what: 'the answer on the phone' },
      )
      answers.push(bubbles.map(({ bubble }) => bubble.text ?? ''))
    }
    return answers
  } catch (error) {
    throw new Error(`${command} has printed: ${output}`, { cause: error })
  } finally {
    await bot.stop(5_000)
  }
}

/** What stands on the inbound topic before the customer's text, in the same conversation. */
function nothingToAnswer(business: string, customer: string): object[] {
  const call = { endpoint: { type: 'WHATSAPP', phoneNumber: customer }, from: customer, to: business }
  const echo = { from: business, to: customer, id: `wamid.echo-${customer}`, type: 'text', text: { body: 'By hand' } }
  const value = { metadata: { displayPhoneNumber: business }, messageEchoes: [echo] }
  return [
    { type: 'CALL_RECEIVED', callId: `call-${customer}`, properties: { call } },
    { entry: [{ id: '1', changes: [{ field: 'smb_message_echoes', value }] }] },
  ]
}
