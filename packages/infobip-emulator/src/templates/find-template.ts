import type { Template } from '../store/entities.ts'
import type { World } from '../world.ts'

/** The templates that a business number may send: its WhatsApp Business Account's. */
export function templatesOf(world: World, sender: string): Template[] {
  const businessAccountId = world.senders.businessAccountOf(sender)
  return [...world.store.all('template')].filter((one) => one.businessAccountId === businessAccountId)
}

/** By name and language, to the letter: WhatsApp takes no other language in its place. */
export function findTemplate(world: World, sender: string, name: string, language: string): Template | undefined {
  const businessAccountId = world.senders.businessAccountOf(sender)
  for (const one of world.store.all('template')) {
    if (one.businessAccountId === businessAccountId && one.name === name && one.language === language) return one
  }
  return undefined
}
