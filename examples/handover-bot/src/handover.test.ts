import { createTestBot } from '@imchannel/bot/testing'
import { expect, it } from 'vitest'
import { answerAsPerson } from './answer-as-person.ts'
import { handover } from './handover.ts'
import { memoryDesk } from './memory-desk.ts'

it('hands over to a person, is silent meanwhile, and comes back when asked', async () => {
  const desk: string[] = []
  const test = await createTestBot(handover(memoryDesk((line) => desk.push(line))))
  const customer = test.customer('351927482662', { name: 'Teresa' })
  const conversation = 'acme:447860099299:351927482662'

  expect(await customer.says('Hello')).toMatchObject([{ content: { text: expect.stringContaining('I am a bot') } }])
  expect(await customer.says('A person, please')).toMatchObject([
    { content: { text: expect.stringContaining('I have called a colleague') } },
  ])
  expect(await customer.says('My parcel is lost')).toMatchObject([{ type: 'imchannel.message.read.v1' }])
  await customer.sendsAgain()
  expect(desk).toEqual([
    `${conversation} (Teresa) asks for a person: A person, please`,
    `${conversation}: My parcel is lost`,
  ])

  const answered = answerAsPerson(test.bot, { id: '1', conversation, text: 'I am looking for it.' })
  await expect
    .poll(() => test.commands().at(-1))
    .toMatchObject({ to: '351927482662', content: { text: 'I am looking for it.' } })
  const command = test.commands().at(-1)
  if (command !== undefined) await test.reports(command, 'accepted')
  expect(await answered).toBe('sent')

  expect(await customer.says('bot')).toMatchObject([
    { content: { text: expect.stringContaining('with the bot again') } },
  ])
  expect(await customer.says('Hello')).toMatchObject([{ content: { text: expect.stringContaining('I am a bot') } }])
})
