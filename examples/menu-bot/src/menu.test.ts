import { createTestBot } from '@imchannel/bot/testing'
import { expect, it } from 'vitest'
import { menu } from './menu.ts'

it('leads from the greeting to the order, one choice after another', async () => {
  const customer = (await createTestBot(menu)).customer('351927482662', { name: 'Teresa' })
  expect(await customer.says('Hi')).toMatchObject([
    { content: { type: 'buttons', body: 'Welcome, Teresa! What can we do for you?' } },
  ])
  expect(await customer.sends({ type: 'buttonReply', id: 'order' })).toMatchObject([
    { content: { type: 'list', sections: [{ rows: [{ id: 'drink:espresso' }, {}, {}] }] } },
  ])
  expect(await customer.sends({ type: 'listReply', id: 'drink:tea' })).toMatchObject([
    { content: { body: 'One Tea for 3 €?', buttons: [{ id: 'confirm:tea' }, { id: 'cancel' }] } },
  ])
  expect(await customer.sends({ type: 'buttonReply', id: 'confirm:tea' })).toMatchObject([
    { content: { text: 'One Tea, 3 €. It will be ready in five minutes.' } },
  ])
})

it('begins anew where a choice is of yesterday’s menu', async () => {
  const customer = (await createTestBot(menu)).customer('351927482662')
  expect(await customer.sends({ type: 'listReply', id: 'drink:absinthe' })).toMatchObject([
    { content: { type: 'buttons', body: 'That is no longer on the menu.' } },
  ])
})
