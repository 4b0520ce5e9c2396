import { findCustomer } from '../delivery/customers.ts'
import type { Identity } from '../store/entities.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { infobipDate } from '../wire/dates.ts'
import type { World } from '../world.ts'

/** The customer has a new device: a new hash, not acknowledged, and the webhook that says so. */
export async function changeIdentity(world: World, outbox: Outbox, from: string, sender: string): Promise<Identity> {
  const customer = findCustomer(world, from, undefined)
  const now = world.clock.now()
  const hash = world.random.ids.text(24)
  const identity: Identity = { id: `${sender}:${customer.id}`, hash, acknowledged: false, createdAt: now }
  world.store.put('identity', identity)
  await outbox.send({
    accountId: world.senders.accountOf(sender)?.id ?? world.settings.accounts[0]?.id ?? '',
    kind: 'identity',
    envelope: 'single',
    messageIds: [],
    customerId: customer.id,
    result: {
      // The registered sender, by Infobip's schema of system events; who changed is in the content.
      from: sender,
      content: {
        description: 'The end user changed the device or installed the app anew',
        hash,
        type: 'user_identity_changed',
        userNumber: customer.phone ?? '',
        ...(customer.userId === undefined ? {} : { userId: customer.userId }),
      },
      createdAt: infobipDate(now),
    },
  })
  return identity
}
