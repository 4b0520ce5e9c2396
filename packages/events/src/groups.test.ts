import { expect, it } from 'vitest'
import { groups } from './groups.ts'

it('names each group as it was named when it first committed: under another name all would be read again', () => {
  const names = groups('shop')
  expect({ ...names, console: names.console('store-1') }).toEqual({
    dispatcher: 'shop.dispatcher',
    parked: 'shop.dispatcher.parked',
    consent: 'shop.dispatcher.consent',
    contacts: 'shop.dispatcher.contacts',
    templates: 'shop.dispatcher.templates',
    mediaKeeper: 'shop-media-keeper',
    console: 'shop.console.store-1',
  })
  expect(groups().dispatcher).toBe('imchannel.dispatcher')
})
