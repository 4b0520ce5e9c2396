import type { CallPermission, Message } from '../../store/entities.ts'
import { DAY_MS } from '../../rules/window.ts'
import { infobipDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { senderOf } from '../sender-of.ts'
import type { Endpoint } from '../serve.ts'

/** How often the business may ask, and call who has agreed. */
const ASK_LIMITS = [
  { timePeriod: 'PT24H', perMs: DAY_MS, maxAllowed: 1 },
  { timePeriod: 'PT168H', perMs: 7 * DAY_MS, maxAllowed: 2 },
] as const
const CALL_LIMIT = { timePeriod: 'PT24H', perMs: DAY_MS, maxAllowed: 5 } as const

/** `GET /whatsapp/1/senders/{sender}/calls/{userNumber}/permissions`. */
export function whatsAppCallPermissions(world: World): Endpoint {
  return {
    method: 'get',
    path: '/whatsapp/1/senders/:sender/calls/:userNumber/permissions',
    api: 'whatsapp',
    family: 'platform',
    limit: { requests: 10, perMs: 1000 },
    handle({ account, params }) {
      const { number } = senderOf(account, params.sender)
      const now = world.clock.now()
      const customer = world.store.customerBy(params.userNumber ?? '')
      const permission = permissionAt(customer?.callPermissions?.[number], now)
      const messages = customer === undefined ? [] : world.store.conversation(number, customer.id)
      const count = (perMs: number, fits: (one: Message) => boolean): number =>
        messages.filter((one) => now - one.at < perMs && fits(one)).length
      const limitsOf = (
        limits: readonly { timePeriod: string; perMs: number; maxAllowed: number }[],
        fits: (one: Message) => boolean,
      ) =>
        limits.map(({ timePeriod, perMs, maxAllowed }) => ({
          timePeriod,
          maxAllowed,
          currentUsage: count(perMs, fits),
        }))
      const asked = limitsOf(
        ASK_LIMITS,
        ({ bubble, direction }) => direction === 'to-customer' && bubble.kind === 'call permission request',
      )
      const called = limitsOf(
        [CALL_LIMIT],
        ({ bubble, direction }) => direction === 'to-customer' && bubble.kind === 'call',
      )
      const isLeft = (limits: typeof asked): boolean => limits.every((one) => one.currentUsage < one.maxAllowed)
      return {
        status: 200,
        body: {
          status: permission === undefined ? 'NO_PERMISSION' : permission.until === null ? 'PERMANENT' : 'TEMPORARY',
          actions: [
            { name: 'SEND_CALL_PERMISSION_REQUEST', canPerformAction: isLeft(asked), limits: asked },
            { name: 'START_CALL', canPerformAction: permission !== undefined && isLeft(called), limits: called },
          ],
          ...(typeof permission?.until === 'number' ? { expirationTime: infobipDate(permission.until) } : {}),
        },
      }
    },
  }
}

function permissionAt(permission: CallPermission | undefined, now: number): CallPermission | undefined {
  return permission?.until === null || (permission?.until ?? 0) > now ? permission : undefined
}
