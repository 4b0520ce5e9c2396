import { describe, expect, it } from 'vitest'
import { isOwn, replyId, sendId } from './command-id.ts'

describe('the id of a bot’s command', () => {
  it('has the group, the event and the place of the reply', () => {
    expect(replyId('shop', 'event-1', 1)).toBe('shop:event-1:1')
    expect(replyId('shop', 'event-1', 'receipt')).toBe('shop:event-1:receipt')
  })

  it('of a send is one that no reply has', () => {
    expect(sendId('shop', 'event-1:1')).toBe('shop::event-1:1')
    expect(sendId('shop', 'order-4711')).toBe('shop::order-4711')
  })

  it.each([
    ['shop', 'shop:event-1:1', true],
    ['shop', 'shop::order-4711', true],
    ['shop', 'shop2:event-1:1', false],
    ['shop', 'shop.eu::order-4711', false],
    ['shop2', 'shop:event-1:1', false],
    ['shop', 'shop', false],
  ])('is of the group %s: %s is %s', (group, id, own) => {
    expect(isOwn(group, id)).toBe(own)
  })
})
