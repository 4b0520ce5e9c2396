import type { Router } from 'express'
import { z } from 'zod'
import { changeByEvent } from '../blocklist/blocklist.ts'
import { openWindow } from '../delivery/customers.ts'
import { defined } from '../delivery/defined.ts'
import { aged } from '../rules/window.ts'
import { blocklistSources } from '../schemas/platform/blocklist.ts'
import type { Customer } from '../store/entities.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { infobipDate } from '../wire/dates.ts'
import type { World } from '../world.ts'
import { makeCall } from './calls.ts'
import { changeCustomer, customerChange } from './customer-changes.ts'
import { writeByBusinessPhone } from './echoes.ts'
import { pairOf, who } from './who.ts'

const callInput = z.strictObject({
  ...who,
  /** Who calls: the customer, or the business. */
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  /** A call of the business opens the window where it is answered; one of the customer does in any case. */
  answered: z.boolean().default(true),
})
const echoInput = z.strictObject({ ...who, text: z.string().min(1) })
const marketingInput = z.strictObject({
  ...who,
  status: z.string().min(1).default('stop'),
  webhook: z.boolean().default(true),
})
const blockInput = z.strictObject({
  ...who,
  blocked: z.boolean().default(true),
  /** The name of one template, in place of the business number. */
  template: z.string().optional(),
})
const blocklistInput = z.strictObject({
  event: z.enum(['BLOCK', 'UNBLOCK']).default('BLOCK'),
  destination: z.string().min(1),
  sender: z.string().optional(),
  channel: z.string().optional(),
  sourceType: z.enum(blocklistSources).default('MO'),
  campaign: z.string().optional(),
  account: z.string().optional(),
})
const windowInput = z.strictObject({
  ...who,
  /** As if so much time had passed for this customer and this number, and for nobody else. */
  elapsedMs: z.number().min(0),
})

/** What a customer does but for writing, and what the business does at its own phone. */
export function phoneRoutes(router: Router, world: World, outbox: Outbox): void {
  const { store } = world

  router.post('/calls', async (request, response) => {
    const { direction, answered, ...input } = callInput.parse(request.body)
    response.status(201).json(await makeCall(world, outbox, pairOf(world, input), { direction, answered }))
  })

  router.post('/echoes', async (request, response) => {
    const { text, ...input } = echoInput.parse(request.body)
    response.status(201).json(await writeByBusinessPhone(world, outbox, pairOf(world, input), text))
  })

  router.post('/marketing', async (request, response) => {
    const { status, webhook, ...input } = marketingInput.parse(request.body)
    const { customer, sender, accountId } = pairOf(world, input)
    customer.marketingStopped = toggled(customer.marketingStopped, sender, status.toLowerCase() !== 'resume')
    store.put('customer', customer)
    if (webhook) {
      await outbox.send({
        accountId,
        kind: 'consent',
        envelope: 'single',
        messageIds: [],
        customerId: customer.id,
        sender,
        result: {
          from: sender,
          content: {
            sender,
            from: customer.phone ?? customer.userId ?? customer.id,
            notificationMessagesStatus: status,
            description: `User requested to ${status} marketing messages`,
          },
          createdAt: infobipDate(world.clock.now()),
        },
      })
    }
    response.status(201).json(customer)
  })

  router.post('/blocks', (request, response) => {
    const { blocked, template, ...input } = blockInput.parse(request.body)
    const { customer, sender } = pairOf(world, input)
    if (template === undefined) customer.blocked = toggled(customer.blocked, sender, blocked)
    else customer.blockedTemplates = toggled(customer.blockedTemplates, template, blocked)
    store.put('customer', customer)
    response.status(201).json(customer)
  })

  router.get('/blocklist', (_request, response) => void response.json({ blocklist: [...store.all('blocked')] }))
  router.post('/blocklist', async (request, response) => {
    const { event, account, destination, sourceType, sender, channel, campaign } = blocklistInput.parse(request.body)
    const accountId = account ?? world.senders.accountOf(sender ?? '')?.id ?? world.settings.accounts[0]?.id ?? ''
    const entry = { accountId, destination, sourceType, ...defined({ sender, channel, campaign }) }
    await changeByEvent(world, outbox, { event, entry })
    response.status(201).json({ blocklist: [...store.all('blocked')] })
  })

  router.post('/windows', (request, response) => {
    const { elapsedMs, ...input } = windowInput.parse(request.body)
    const { customer, sender } = pairOf(world, input)
    const window = aged(customer, sender, elapsedMs)
    if (window !== undefined) openWindow(world, customer, sender, window)
    response.status(201).json(windowState(world, customer, sender))
  })
  router.get('/windows', (request, response) => {
    const { customer: id } = request.query
    const customers =
      typeof id === 'string' ? [store.customerBy(id)].filter((one) => one !== undefined) : store.all('customer')
    response.json({
      windows: [...customers].flatMap((customer) =>
        Object.keys(customer.windows).map((sender) => windowState(world, customer, sender)),
      ),
    })
  })

  router.post('/customers/:id/changes', async (request, response) => {
    const change = customerChange.parse(request.body)
    const { customer } = pairOf(world, { from: request.params.id })
    response.status(201).json(changeCustomer(world, customer, change))
  })
}

function windowState(world: World, customer: Customer, sender: string): Record<string, unknown> {
  const window = customer.windows[sender]
  const closesAt = window === undefined ? undefined : window.openedAt + world.settings.behaviour.sessionWindowMs
  return {
    customer: customer.id,
    sender,
    open: closesAt !== undefined && world.clock.now() < closesAt,
    ...(window === undefined ? {} : { openedBy: window.openedBy, openedAt: new Date(window.openedAt).toISOString() }),
    ...(closesAt === undefined ? {} : { closesAt: new Date(closesAt).toISOString() }),
  }
}

function toggled(all: readonly string[] | undefined, one: string, on: boolean): string[] {
  const others = (all ?? []).filter((other) => other !== one)
  return on ? [...others, one] : others
}
