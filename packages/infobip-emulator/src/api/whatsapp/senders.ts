import { z } from 'zod'
import { identityConfirmation } from '../../schemas/whatsapp/events.ts'
import { infobipDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { senderOf } from '../sender-of.ts'
import { parseBody, type Endpoint, type Reply } from '../serve.ts'

const senders = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((one) => one.split(',')))
  .pipe(z.array(z.string()).min(1).max(100))

const NOT_FOUND: Reply = { status: 404 }

const identityId = (sender: string | undefined, user: string | undefined): string => `${sender}:${user}`

/** What a business number can be asked and told: read marks, identities, quality. */
export function whatsAppSenders(world: World): Endpoint[] {
  const identityPath = '/whatsapp/1/:sender/contacts/:userNumber/identity'
  const shared = { path: identityPath, api: 'whatsapp', family: 'legacy' } as const
  return [
    {
      method: 'post',
      path: '/whatsapp/1/senders/:sender/message/:messageId/read',
      api: 'events',
      family: 'legacy',
      limit: { requests: 10, perMs: 1000 },
      handle({ account, params, record }) {
        const { number } = senderOf(account, params.sender)
        const messages = world.store.byMessageId(params.messageId ?? '')
        const message = messages.find((one) => one.direction === 'from-customer' && one.sender === number)
        record.messageIds = [params.messageId ?? '']
        // This path has errors of a form of its own.
        if (message === undefined) return { status: 400, body: { error: 'No such message from an end user' } }
        message.readAt = world.clock.now()
        world.store.put('message', message)
        return { status: 204 }
      },
    },
    {
      ...shared,
      method: 'get',
      handle({ account, params }) {
        senderOf(account, params.sender)
        const identity = world.store.get('identity', identityId(params.sender, params.userNumber))
        if (identity === undefined) return NOT_FOUND
        const { acknowledged, hash, createdAt } = identity
        return { status: 200, body: { acknowledged, hash, createdAt: infobipDate(createdAt) } }
      },
    },
    {
      ...shared,
      method: 'put',
      handle({ account, params, body }) {
        senderOf(account, params.sender)
        const { hash } = parseBody(identityConfirmation, body)
        const identity = world.store.get('identity', identityId(params.sender, params.userNumber))
        if (identity === undefined) return NOT_FOUND
        if (identity.hash !== hash) return { status: 409 }
        world.store.put('identity', { ...identity, acknowledged: true })
        return { status: 204 }
      },
    },
    {
      ...shared,
      method: 'delete',
      handle({ account, params }) {
        senderOf(account, params.sender)
        const id = identityId(params.sender, params.userNumber)
        if (world.store.get('identity', id) === undefined) return NOT_FOUND
        world.store.remove('identity', id)
        return { status: 204 }
      },
    },
    {
      method: 'get',
      path: '/whatsapp/1/senders/quality',
      api: 'whatsapp',
      family: 'legacy',
      limit: { requests: 10, perMs: 1000 },
      handle({ account, request }) {
        const asked = senders.safeParse(request.query.senders)
        if (!asked.success)
          throw badRequest('Bad Request', [{ property: 'senders', violation: 'must name 1 to 100 senders' }])
        const results = account.senders
          .filter((sender) => asked.data.includes(sender.number))
          .map(({ number }) => {
            const { qualityRating, status, currentLimit, changedAt } = world.senders.stateOf(number)
            return {
              sender: number,
              qualityRating,
              status,
              currentLimit,
              lastUpdated: new Date(changedAt).toISOString(),
            }
          })
        return { status: 200, body: { results } }
      },
    },
  ]
}
