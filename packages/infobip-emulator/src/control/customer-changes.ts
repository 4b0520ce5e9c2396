import { z } from 'zod'
import { newCustomer, newUserId } from '../delivery/customers.ts'
import { defined } from '../delivery/defined.ts'
import type { Customer } from '../store/entities.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'

const digits = z.string().regex(/^\d{4,20}$/, 'digits alone')
const userId = z.string().min(4).optional()

/** What makes a customer another, or known otherwise. Infobip tells of none of it: the next message shows it. */
export const customerChange = z.discriminatedUnion('type', [
  /** Another number, and with it another user id: Meta has one for each number. */
  z.strictObject({ type: z.literal('number'), phone: digits, userId }),
  /** Another user id under the same number: the number was given to somebody else. */
  z.strictObject({ type: z.literal('recycled'), name: z.string().optional(), userId }),
  /** A user name, behind which WhatsApp hides the number once business and customer were not in touch for long. */
  z.strictObject({ type: z.literal('username'), username: z.string().min(1), hidesPhone: z.boolean().default(true) }),
  /** The number is spelt otherwise in what comes back, as it is in Brazil, Mexico and Argentina. */
  z.strictObject({
    type: z.literal('spelling'),
    inbound: digits.optional(),
    report: digits.optional(),
    echo: digits.optional(),
  }),
])
export type CustomerChange = z.infer<typeof customerChange>

/** Changes the customer. @returns who is there now: somebody new where the number changed */
export function changeCustomer(world: World, customer: Customer, change: CustomerChange): Customer {
  const { store } = world
  switch (change.type) {
    case 'number': {
      if (store.customerBy(change.phone) !== undefined) {
        throw new ControlError(409, `${change.phone} is a customer's already`)
      }
      const { windows: _, spelling: __, aliases: ___, userIds = {}, ...person } = customer
      store.put('customer', { ...customer, left: true })
      const moved: Customer = {
        ...newCustomer(change.phone),
        ...person,
        id: change.phone,
        phone: change.phone,
        ...freshUserIds(world, customer.userId, userIds, change.userId),
      }
      store.put('customer', moved)
      return moved
    }
    case 'recycled': {
      const { id, phone } = customer
      const stranger: Customer = {
        ...newCustomer(id),
        ...defined({ phone, name: change.name }),
        ...freshUserIds(world, customer.userId, customer.userIds ?? {}, change.userId ?? newUserId(world)),
      }
      store.put('customer', stranger)
      return stranger
    }
    case 'username': {
      const { username, hidesPhone } = change
      // Who is known by the name alone needs an id to be written to.
      const named = { ...customer, username, phoneHidden: hidesPhone, userId: customer.userId ?? newUserId(world) }
      store.put('customer', named)
      return named
    }
    case 'spelling': {
      const { inbound, report, echo } = change
      const spellings = [inbound, report, echo].filter((one) => one !== undefined)
      const aliases = [...new Set([...(customer.aliases ?? []), ...spellings])].filter((one) => one !== customer.id)
      const spelt = { ...customer, aliases, spelling: defined({ inbound, report, echo }) }
      store.put('customer', spelt)
      return spelt
    }
  }
}

/** Nobody keeps a user id with another number; who had none gets one where one is given. */
function freshUserIds(
  world: World,
  userId: string | undefined,
  userIds: Record<string, string>,
  given: string | undefined,
): Pick<Customer, 'userId' | 'userIds'> {
  return defined({
    userId: given ?? (userId === undefined ? undefined : newUserId(world)),
    userIds:
      given === undefined
        ? Object.fromEntries(Object.keys(userIds).map((portfolio) => [portfolio, newUserId(world)]))
        : {},
  })
}
