import type { Router } from 'express'
import { z } from 'zod'
import { totalsOf } from '../api/platform/usage-table.ts'
import { tallyOf } from '../delivery/bill.ts'
import { defined } from '../delivery/defined.ts'
import type { Lifecycle } from '../delivery/lifecycle.ts'
import { templateDefinition } from '../schemas/whatsapp/template-definition.ts'
import { changeTemplate } from '../templates/change-template.ts'
import { newTemplate } from '../templates/new-template.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'

const quality = z.enum(['HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'])
const category = z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION'])

const templateChange = z.strictObject({
  /** Any word: WhatsApp has had new ones. */
  status: z.string().min(1).optional(),
  reason: z.string().nullable().optional(),
  category: category.optional(),
  quality: quality.optional(),
  pacing: z.enum(['held', 'dropped', 'released']).optional(),
  webhook: z.boolean().default(true),
})
const templateInput = z.strictObject({
  /** The business number; the first account's first sender unless given. */
  sender: z.string().optional(),
  status: z.string().min(1).default('APPROVED'),
  quality: quality.default('UNKNOWN'),
  definition: templateDefinition,
})
const senderChange = z.strictObject({
  qualityRating: quality.optional(),
  status: z.string().min(1).optional(),
  currentLimit: z.enum(['LIMIT_NA', 'LIMIT_250', 'LIMIT_2K', 'LIMIT_10K', 'LIMIT_100K', 'UNLIMITED']).optional(),
  /** As if the number had had so many delivered in this month: the first thousand are free. */
  serviceMessages: z.int().min(0).optional(),
})
const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const deprecationInput = z.strictObject({
  /** A path or its beginning: `/omni/1/advanced`; `/` is every path. */
  path: z.string().startsWith('/').default('/'),
  deprecatedAt: moment.optional(),
  sunsetAt: moment.optional(),
  link: z.url().optional(),
})

/** What Infobip and Meta do with templates, numbers, prices and paths. */
export function businessRoutes(
  router: Router,
  world: World,
  deps: { outbox: Outbox; lifecycle: Pick<Lifecycle, 'release'> },
): void {
  const { store, senders, deprecations } = world

  router.get('/templates', (_request, response) => void response.json({ templates: [...store.all('template')] }))
  router.post('/templates', (request, response) => {
    const { sender, status, quality: rating, definition } = templateInput.parse(request.body)
    const number = sender ?? world.settings.accounts[0]?.senders[0]?.number ?? ''
    if (senders.accountOf(number) === undefined) {
      throw new ControlError(404, `"${number}" is no business number of this emulator`)
    }
    const template = newTemplate(world, senders.businessAccountOf(number), definition)
    Object.assign(template, {
      status,
      quality: rating,
      ...(status === 'APPROVED' ? { approvedAt: world.clock.now() } : {}),
    })
    store.put('template', template)
    response.status(201).json(template)
  })
  router.patch('/templates/:id', async (request, response) => {
    const template = store.get('template', request.params.id)
    if (template === undefined) throw new ControlError(404, 'no such template')
    await changeTemplate(world, deps, template, templateChange.parse(request.body))
    response.json(template)
  })

  const stateOf = (number: string): unknown => ({
    ...senders.stateOf(number),
    serviceMessages: tallyOf(world, number).serviceMessages,
  })
  router.get('/senders', (_request, response) => {
    const numbers = world.settings.accounts.flatMap((account) => account.senders.map((one) => one.number))
    response.json({ senders: numbers.map(stateOf) })
  })
  router.put('/senders/:number', (request, response) => {
    const { number } = request.params
    if (senders.accountOf(number) === undefined) throw new ControlError(404, `"${number}" is no business number`)
    const { serviceMessages, ...change } = senderChange.parse(request.body)
    store.put('sender', { ...senders.stateOf(number), ...defined(change), changedAt: world.clock.now() })
    if (serviceMessages !== undefined) store.put('tally', { ...tallyOf(world, number), serviceMessages })
    response.json(stateOf(number))
  })

  router.get('/ledger', (_request, response) => {
    const rows = [...store.all('usage')]
    response.json({ rows, totals: totalsOf(rows) })
  })

  router.get('/deprecations', (_request, response) => void response.json({ deprecations: deprecations.list() }))
  router.post('/deprecations', (request, response) => {
    deprecations.put(deprecationInput.parse(request.body))
    response.status(201).json({ deprecations: deprecations.list() })
  })
  router.delete('/deprecations', (_request, response) => {
    deprecations.clear()
    response.status(204).end()
  })
}
