import { z } from 'zod'
import { findCustomer } from '../delivery/customers.ts'
import type { Customer } from '../store/entities.ts'
import { isUserId } from '../wire/user-id.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'

/** A customer and the business number that something is about. */
export const who = {
  /** The customer: a phone number, or a user id. */
  from: z.string().min(1),
  /** The business number; the first account's first sender unless given. */
  to: z.string().optional(),
}

export interface Pair {
  customer: Customer
  sender: string
  accountId: string
}

/** The customer, made where nobody knew one, and a business number of the emulator's. @throws ControlError */
export function pairOf(world: World, { from, to }: { from: string; to?: string | undefined }): Pair {
  const sender = to ?? world.settings.accounts[0]?.senders[0]?.number ?? ''
  const account = world.senders.accountOf(sender)
  if (account === undefined) throw new ControlError(404, `"${sender}" is no business number of this emulator`)
  const name = from.replace(/^\+|^00/, '')
  const customer = isUserId(name) ? findCustomer(world, undefined, name) : findCustomer(world, name, undefined)
  return { customer, sender, accountId: account.id }
}
