import { createServer } from 'node:http'
import { once } from 'node:events'
import { createTestBot } from '@imchannel/bot/testing'
import { expect, it } from 'vitest'
import { assistant } from './assistant.ts'
import { chatCompletions } from './chat-completions.ts'
import type { LanguageModel, Said } from './language-model.ts'

const onlyText = 'I can only read.'
const texts = (commands: readonly unknown[]) =>
  commands.flatMap((one) => (one as { content?: { text?: string } }).content?.text ?? [])

it('answers with what the model says, which is told what was said before', async () => {
  const asked: (readonly Said[])[] = []
  const model: LanguageModel = {
    answer: async (conversation) => {
      asked.push(conversation)
      return `answer ${asked.length}`
    },
  }
  const customer = (await createTestBot(assistant({ model, onlyText }))).customer('351927482662')
  expect(texts(await customer.says('Hi'))).toEqual(['answer 1'])
  await customer.says('And now?')
  expect(asked[1]).toEqual([
    { by: 'customer', text: 'Hi' },
    { by: 'assistant', text: 'answer 1' },
    { by: 'customer', text: 'And now?' },
  ])
  expect(texts(await customer.sends({ type: 'image' }))).toEqual([onlyText])
})

it('has the model begin again when the customer adds something', async () => {
  const model: LanguageModel = {
    answer: (conversation, signal) =>
      conversation.length > 1
        ? Promise.resolve(conversation.map(({ text }) => text).join(' '))
        : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
  }
  const test = await createTestBot(assistant({ model, onlyText }), { turns: 'latest' })
  const customer = test.customer('351927482662')
  await Promise.all([customer.says('I would like'), customer.says('a refund')])
  expect(texts(test.commands())).toEqual(['I would like a refund'])
})

it('asks a server that speaks chat completions', async () => {
  const server = createServer((request, response) => {
    request.resume()
    response.end(JSON.stringify({ choices: [{ message: { content: ' Hello! ' } }] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const model = chatCompletions({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'any', instructions: 'Be brief.' })
  const answer = await model.answer([{ by: 'customer', text: 'Hi' }], new AbortController().signal)
  server.close()
  expect(answer).toBe('Hello!')
})
