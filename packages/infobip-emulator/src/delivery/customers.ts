import type { Customer, CustomerWindow } from '../store/entities.ts'
import type { World } from '../world.ts'
import { defined } from './defined.ts'

/** Who has just begun to be known. */
export function newCustomer(id: string): Customer {
  return { id, readReceipts: true, online: true, windows: {} }
}

/** The customer with this phone or user id; one that nobody knew is made. */
export function findCustomer(world: World, phone: string | undefined, userId: string | undefined): Customer {
  const known =
    (phone === undefined ? undefined : world.store.customerBy(phone)) ??
    (userId === undefined ? undefined : world.store.customerBy(userId))
  if (known !== undefined) return known
  const customer: Customer = { ...newCustomer(phone ?? userId ?? 'unknown'), ...defined({ phone, userId }) }
  world.store.put('customer', customer)
  return customer
}

export function openWindow(world: World, customer: Customer, sender: string, window: CustomerWindow): void {
  customer.windows = { ...customer.windows, [sender]: window }
  world.store.put('customer', customer)
}

/** The country that a drawn user id begins with; which it is tells nothing. */
const COUNTRY = 'PT'

/** Gives who has none a user id with the portfolio of the business number, where every customer is to have one. */
export function giveUserId(world: World, customer: Customer, sender: string): void {
  if (world.settings.behaviour.userIds !== 'always' || customer.userId !== undefined) return
  const portfolio = world.senders.portfolioOf(sender)
  if (customer.userIds?.[portfolio] !== undefined) return
  customer.userIds = { ...customer.userIds, [portfolio]: newUserId(world) }
  world.store.put('customer', customer)
}

export const newUserId = (world: World): string => `${COUNTRY}.${world.random.ids.text(16, '0123456789')}`

/** A customer as webhooks show one to a business number. */
export interface Shown {
  /** In `from`, `to` and the like: the number, or the user id where WhatsApp shows no number. */
  address: string
  contact: Record<string, unknown>
}

export function shownTo(world: World, customer: Customer, sender: string, where: 'inbound' | 'report' | 'echo'): Shown {
  const userId = customer.userIds?.[world.senders.portfolioOf(sender)] ?? customer.userId
  const phone = customer.phoneHidden === true && userId !== undefined ? undefined : customer.phone
  const { name, parentUserId, username, spelling } = customer
  const spelt = phone === undefined ? undefined : (spelling?.[where] ?? phone)
  // A report gives the number back as it was dialled, the contact's is WhatsApp's own.
  const phoneNumber = where === 'inbound' ? spelt : phone
  return {
    address: spelt ?? userId ?? customer.id,
    contact: defined({ name, phoneNumber, userId, parentUserId, username }),
  }
}
