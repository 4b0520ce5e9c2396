import { dayIn, monthOf } from '../pricing/calendar.ts'
import { reasonFor, type Category, type Charge } from '../pricing/price.ts'
import { exampleRates, rateFor } from '../pricing/rates.ts'
import { priceActions } from '../faults/fault.ts'
import type { Customer, Message, Tally, Template, Usage } from '../store/entities.ts'
import { numberOf, type Digits } from '../wire/json.ts'
import type { World } from '../world.ts'
import { marketOf } from '../pricing/market.ts'
import { defined } from './defined.ts'

const CATEGORIES: Readonly<Record<Template['category'], Category>> = {
  MARKETING: 'marketing',
  UTILITY: 'utility',
  AUTHENTICATION: 'authentication',
}

/** What a message counts as. A template that nobody registered is taken for the cheapest that a template can be. */
export function categoryOf(message: Message, template: Template | undefined): Category {
  if (message.bubble.template === undefined) return 'service'
  return template === undefined ? 'utility' : CATEGORIES[template.category]
}

/** What the delivery of a message costs now, once: it is on the bill from then on. */
export function bill(world: World, message: Message, customer: Customer, template: Template | undefined): Charge {
  const { store, clock } = world
  const { category = 'service', window = 'closed', freeEntryPoint = false, sender } = message
  const day = dayIn(world.accountOf(message.accountId)?.timeZone ?? 'UTC', clock.now())
  const tally = tallyOf(world, sender, monthOf(day))
  const serviceMessagesBefore = tally.serviceMessages
  const reason = reasonFor({ category, window, freeEntryPoint, day, serviceMessagesBefore })
  const charge: Charge = { reason, day, ...priceFor(world, message, customer, { category, day, reason }) }
  if (category === 'service' && !freeEntryPoint) {
    store.put('tally', { ...tally, serviceMessages: serviceMessagesBefore + 1 })
  }
  putOnBill(world, message, { category, charge, market: marketOf(customer.phone ?? ''), templateId: template?.id })
  return charge
}

/** A number's service messages of a month; of the current one, unless another is named. */
export function tallyOf(world: World, sender: string, month = monthOf(today(world, sender))): Tally {
  const id = `${sender}:${month}`
  return world.store.get('tally', id) ?? { id, serviceMessages: 0 }
}

const today = (world: World, sender: string): string =>
  dayIn(world.senders.accountOf(sender)?.timeZone ?? 'UTC', world.clock.now())

function priceFor(
  world: World,
  message: Message,
  customer: Customer,
  { category, day, reason }: { category: Category; day: string; reason: Charge['reason'] },
): Pick<Charge, 'pricePerMessage' | 'currency'> {
  const { behaviour } = world.settings
  const { currency, ...card } = behaviour.rates ?? exampleRates
  const asked = world.faults.strike(priceActions, {
    api: message.api,
    account: message.accountId,
    from: message.sender,
    to: [message.customerId],
    magic: false,
  })
  const flat = behaviour.pricing === 'flat'
  const ofRules = flat ? behaviour.price.currency : currency
  if (asked !== undefined) return { pricePerMessage: asked.pricePerMessage, currency: asked.currency ?? ofRules }
  if (flat) return { pricePerMessage: String(behaviour.price.perMessage), currency: ofRules }
  const rate = rateFor({ currency, ...card }, category, customer.phone ?? '', day)
  return { pricePerMessage: reason === 'charged' ? rate : '0', currency }
}

interface Item {
  category: Category
  charge: Charge
  market: string
  templateId: string | undefined
}

function putOnBill(world: World, message: Message, { category, charge, market, templateId }: Item): void {
  const { accountId, sender, entityId, applicationId } = message
  const { pricePerMessage, currency } = charge
  const day = dayIn('UTC', message.sentAt ?? message.at)
  const about = { accountId, day, sender, market, category, pricePerMessage, currency }
  const row = { ...about, ...defined({ templateId, entityId, applicationId }) }
  const id = JSON.stringify(Object.entries(row).toSorted(([a], [b]) => a.localeCompare(b)))
  const known: Usage = world.store.get('usage', id) ?? { ...row, id, quantity: 0 }
  world.store.put('usage', { ...known, quantity: known.quantity + 1 })
}

/** The price as reports and logs show it; undefined where they show none. */
export function shownPrice(
  world: World,
  { charge }: Message,
): { pricePerMessage: number | Digits; currency: string } | undefined {
  const { behaviour } = world.settings
  if (charge !== undefined) {
    const { pricePerMessage, currency } = charge
    return pricePerMessage === null ? undefined : { pricePerMessage: numberOf(pricePerMessage), currency }
  }
  // What was not delivered costs nothing, but for a price that is on everything.
  if (behaviour.pricing === 'rules') {
    return { pricePerMessage: 0, currency: behaviour.rates?.currency ?? exampleRates.currency }
  }
  return { pricePerMessage: numberOf(String(behaviour.price.perMessage)), currency: behaviour.price.currency }
}
