import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestBot } from '@imchannel/bot/testing'
import { answer } from '../src/answer.ts'

test('offers tea and coffee, and repeats the choice', async (context) => {
  const bot = await createTestBot(answer)
  context.after(() => bot.stop())
  const customer = bot.customer('351927482662')

  const [offer] = await customer.says('Hello')
  assert.equal(offer?.type, 'imchannel.message.send.v1')
  assert.partialDeepStrictEqual(offer, {
    content: {
      type: 'buttons',
      body: 'You wrote "Hello". Tea or coffee?',
      buttons: [{ title: 'Tea' }, { title: 'Coffee' }],
    },
  })

  const [choice] = await customer.sends({ type: 'buttonReply', id: 'Tea', title: 'Tea' })
  assert.partialDeepStrictEqual(choice, { content: { type: 'text', text: 'Tea it is.' } })
})

test('says nothing twice when Kafka delivers a message again', async (context) => {
  const bot = await createTestBot(answer)
  context.after(() => bot.stop())
  const customer = bot.customer('351927482662')
  await customer.says('Hello')
  await customer.sendsAgain()
  assert.equal(bot.commands().length, 1)
})
