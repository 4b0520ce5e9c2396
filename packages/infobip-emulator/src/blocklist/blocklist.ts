import type { Outbox } from '../webhooks/outbox.ts'
import type { Blocked, Customer } from '../store/entities.ts'
import { infobipDate } from '../wire/dates.ts'
import type { World } from '../world.ts'

/** What makes an entry one: a second of the same kind is a duplicate. */
export type BlockedKey = Pick<Blocked, 'accountId' | 'destination' | 'sender' | 'channel' | 'sourceType'>

const keyOf = (key: BlockedKey): string =>
  [key.accountId, key.destination, key.sender ?? '', key.channel ?? '', key.sourceType].join(' ')

/** Puts a destination on Infobip's list; one that is there already stays as it is. */
export function block(world: World, entry: Omit<Blocked, 'id' | 'createdAt'>): void {
  const id = keyOf(entry)
  if (world.store.get('blocked', id) === undefined) {
    world.store.put('blocked', { ...entry, id, createdAt: world.clock.now() })
  }
}

/** Takes the entry with exactly these properties off the list. */
export function unblock(world: World, key: BlockedKey): void {
  world.store.remove('blocked', keyOf(key))
}

const SOURCES = ['CUSTOM', 'MO', 'URL_OPT_OUT', 'CAMPAIGN'] as const

/** Whether Infobip sends nothing to the customer: the list has numbers, so who is known by user id alone slips past. */
export function isBlocklisted(world: World, accountId: string, customer: Customer, sender: string): boolean {
  if (world.store.count('blocked') === 0) return false
  const numbers = [customer.phone, ...(customer.aliases ?? [])].filter((number) => number !== undefined)
  return numbers.some((destination) =>
    SOURCES.some((sourceType) =>
      [{}, { sender }, { channel: 'WHATSAPP' }, { sender, channel: 'WHATSAPP' }].some(
        (part) => world.store.get('blocked', keyOf({ accountId, destination, sourceType, ...part })) !== undefined,
      ),
    ),
  )
}

export interface BlocklistEvent {
  event: 'BLOCK' | 'UNBLOCK'
  entry: BlockedKey & { campaign?: string }
  /** The customer's message that asked for it. */
  inboundMessageId?: string
}

/** A customer or a campaign changes the list: Infobip tells of that, and never of what its API or its portal change. */
export async function changeByEvent(world: World, outbox: Outbox, change: BlocklistEvent): Promise<void> {
  const { event, entry, inboundMessageId } = change
  if (event === 'BLOCK') block(world, entry)
  else unblock(world, entry)
  const { accountId, destination, sender, channel, sourceType, campaign } = entry
  await outbox.send({
    accountId,
    kind: 'blocklist',
    envelope: 'results',
    messageIds: [],
    customerId: destination,
    result: {
      event,
      receivedAt: infobipDate(world.clock.now()),
      messageId: world.random.ids.text(19, '123456789'),
      content: {
        ...(sender === undefined ? {} : { sender }),
        destination,
        ...(channel === undefined ? {} : { channel }),
        sourceType,
        ...(inboundMessageId === undefined ? {} : { inboundMessageReference: { inboundMessageId } }),
        ...(campaign === undefined ? {} : { campaignReference: { campaign, versionId: 1 } }),
      },
    },
  })
}
