import { z } from 'zod'
import { channels } from '../../schemas/messages/request.ts'
import { shownPrice } from '../../delivery/bill.ts'
import { shownTo } from '../../delivery/customers.ts'
import type { Message } from '../../store/entities.ts'
import { NO_ERROR } from '../../wire/delivery-errors.ts'
import { deliveryResult } from '../../webhooks/report-shapes.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import type { Endpoint } from '../serve.ts'
import { violationsOf } from '../violations.ts'

const query = z.looseObject({
  channel: z.enum(channels).optional(),
  bulkId: z.string().optional(),
  messageId: z.string().optional(),
  limit: z.string().regex(/^\d+$/).transform(Number).pipe(z.int().max(1000)).default(50),
})

/** Reports that are pulled are kept for this long. */
const KEPT_MS = 48 * 3_600_000

/** `GET /messages-api/1/reports`: each report once, of every API. */
export function messagesReports(world: World): Endpoint {
  const pulled = new Set<string>()
  return {
    method: 'get',
    path: '/messages-api/1/reports',
    api: 'reports',
    family: 'platform',
    handle({ account, request }) {
      const parsed = query.safeParse(request.query)
      if (!parsed.success) throw badRequest('Bad Request', violationsOf(parsed.error))
      const { limit } = parsed.data
      const results = []
      for (const message of world.store.all('message')) {
        if (results.length >= limit) break
        if (message.accountId !== account.id || pulled.has(message.id) || !isAskedFor(message, parsed.data)) continue
        const { status, doneAt, error = NO_ERROR } = message
        const customer = world.store.get('customer', message.customerId)
        if (status === undefined || doneAt === undefined || customer === undefined) continue
        if (world.clock.now() - doneAt > KEPT_MS) continue
        pulled.add(message.id)
        const sentAt = message.sentAt ?? message.at
        const shown = shownTo(world, customer, message.sender, 'report')
        const price = shownPrice(world, message)
        results.push(deliveryResult('messages', { message, shown, status, error, sentAt, doneAt, price }))
      }
      return { status: 200, body: { results } }
    },
  }
}

function isAskedFor(message: Message, { channel, bulkId, messageId }: z.infer<typeof query>): boolean {
  if (message.direction !== 'to-customer' || message.api === 'business-app') return false
  if (channel !== undefined && channel !== 'WHATSAPP') return false
  return [
    [bulkId, message.bulkId],
    [messageId, message.messageId],
  ].every(([wanted, found]) => wanted === undefined || wanted === found)
}
