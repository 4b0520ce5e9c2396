import { createTestBot } from '@imchannel/bot/testing'
import { expect, it } from 'vitest'
import { echo } from './echo.ts'

it('repeats a text, sends an image to whoever asks for one, and thanks for anything else', async () => {
  const customer = (await createTestBot(echo)).customer('351927482662')
  expect(await customer.says('Oh well')).toMatchObject([{ content: { type: 'text', text: 'You said: Oh well' } }])
  expect(await customer.says('An image, please')).toMatchObject([
    { content: { type: 'image', caption: 'Here is a picture.', media: { contentType: 'image/png' } } },
  ])
  expect(await customer.sends({ type: 'buttonReply', id: 'tea', title: 'Tea' })).toMatchObject([
    { content: { text: 'You pressed: Tea' } },
  ])
  expect(await customer.sends({ type: 'sticker' })).toMatchObject([{ content: { text: 'Thank you for the sticker.' } }])
})
