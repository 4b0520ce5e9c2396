import { z } from 'zod'
import { defined } from '../../delivery/defined.ts'
import type { Lifecycle } from '../../delivery/lifecycle.ts'
import { DAY_MS } from '../../rules/window.ts'
import { templateDefinition, templateEdit } from '../../schemas/whatsapp/template-definition.ts'
import type { Template } from '../../store/entities.ts'
import { changeTemplate } from '../../templates/change-template.ts'
import { newTemplate } from '../../templates/new-template.ts'
import { templatesOf } from '../../templates/find-template.ts'
import type { Outbox } from '../../webhooks/outbox.ts'
import { infobipDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { badRequest, notFound } from '../errors.ts'
import { senderOf } from '../sender-of.ts'
import { parseBody, type Context, type Endpoint } from '../serve.ts'

const HOUR_MS = 3_600_000
/** A name that was approved is not given again for so long. */
const NAME_TAKEN_MS = 30 * DAY_MS
const EDITABLE: readonly string[] = ['APPROVED', 'REJECTED', 'FIRST_PAUSED', 'SECOND_PAUSED']
const EDITS_IN_30_DAYS = 10

const refuse = (property: string, violation: string): Error => badRequest('Bad Request', [{ property, violation }])

/** Templates of a WhatsApp Business Account, by any of its numbers: list, create, read, edit, delete. */
export function whatsAppTemplates(
  world: World,
  deps: { outbox: Outbox; lifecycle: Pick<Lifecycle, 'release'> },
): Endpoint[] {
  const { store, clock } = world
  const own = ({ account, params }: Context): Template[] => templatesOf(world, senderOf(account, params.sender).number)
  const byId = (context: Context): Template => {
    const template = own(context).find((one) => one.id === context.params.id)
    if (template === undefined) throw notFound('Template not found')
    return template
  }

  /** WhatsApp looks at it, and lets it pass; where nobody does, the page and the control paths decide. */
  const review = (template: Template): void => {
    const { templateReviewMs } = world.settings.behaviour
    if (templateReviewMs === null) return
    clock.schedule(clock.now() + templateReviewMs, async () => {
      const current = store.get('template', template.id)
      if (current?.status === 'PENDING') await changeTemplate(world, deps, current, { status: 'APPROVED' })
    })
  }

  const list = (context: Context) => ({ status: 200, body: { templates: own(context).map(render) } })
  const create = (context: Context) => {
    const definition = parseBody(templateDefinition, context.body)
    const { name, language } = definition
    const businessAccountId = world.senders.businessAccountOf(context.params.sender ?? '')
    if (own(context).some((one) => one.name === name && one.language === language)) {
      throw refuse('name', 'is taken by a template in this language')
    }
    const deleted = store.get('deletedTemplate', `${businessAccountId}:${name}`)
    if (deleted !== undefined && clock.now() - deleted.at < NAME_TAKEN_MS) {
      throw refuse('name', 'was that of a template deleted less than 30 days ago')
    }
    const template = newTemplate(world, businessAccountId, definition)
    store.put('template', template)
    review(template)
    return { status: 201, body: render(template) }
  }

  const edit = (context: Context) => {
    const template = byId(context)
    const { category, structure, platform } = parseBody(templateEdit, context.body)
    if (!EDITABLE.includes(template.status)) throw refuse('id', `is ${template.status}: it cannot be edited`)
    const now = clock.now()
    const isApproved = template.status === 'APPROVED'
    if (isApproved && category !== undefined && category !== template.category) {
      throw refuse('category', 'of an approved template cannot be edited')
    }
    const edits = template.editedAt.filter((at) => now - at < 30 * DAY_MS)
    if (isApproved && (edits.length >= EDITS_IN_30_DAYS || edits.some((at) => now - at < DAY_MS))) {
      throw refuse('id', 'was edited today, or ten times in 30 days')
    }
    Object.assign(template, {
      status: 'PENDING',
      changedAt: now,
      editedAt: isApproved ? [...edits, now] : edits,
      ...defined({
        category,
        platform,
        structure: structure === undefined ? undefined : { ...template.structure, ...structure },
      }),
    })
    store.put('template', template)
    review(template)
    return { status: 200, body: render(template) }
  }

  const remove = (context: Context) => {
    const named = own(context).filter((one) => one.name === context.params.templateName)
    if (named.length === 0) throw notFound('Template not found')
    for (const { id, businessAccountId, name, approvedAt } of named) {
      store.remove('template', id)
      if (approvedAt !== undefined) {
        store.put('deletedTemplate', { id: `${businessAccountId}:${name}`, at: clock.now() })
      }
    }
    return { status: 204 }
  }

  const shared = { api: 'whatsapp', family: 'legacy' } as const
  const [v1, v2] = ['/whatsapp/1/senders/:sender/templates', '/whatsapp/2/senders/:sender/templates']
  const createLimit = { requests: 1000, perMs: HOUR_MS }
  const listLimit = { requests: 2500, perMs: 1000 }

  return [
    { ...shared, method: 'get', path: v1, limit: listLimit, handle: list },
    { ...shared, method: 'get', path: v2, limit: listLimit, handle: list },
    { ...shared, method: 'post', path: v1, limit: createLimit, handle: create },
    { ...shared, method: 'post', path: v2, limit: createLimit, handle: create },
    {
      ...shared,
      method: 'get',
      path: `${v2}/:id`,
      handle: (context) => ({ status: 200, body: render(byId(context)) }),
    },
    { ...shared, method: 'patch', path: `${v2}/:id`, limit: { requests: 100, perMs: HOUR_MS }, handle: edit },
    {
      ...shared,
      method: 'delete',
      path: `${v2}/:templateName`,
      limit: { requests: 200, perMs: HOUR_MS },
      handle: remove,
    },
    {
      ...shared,
      method: 'get',
      path: '/whatsapp/1/templates',
      family: 'platform',
      limit: { requests: 15, perMs: 1000 },
      handle: (context) => listOfAccount(world, context),
    },
  ]
}

function listOfAccount(world: World, { account, request }: Context) {
  const query = accountQuery.safeParse(request.query)
  if (!query.success) throw refuse('query', z.prettifyError(query.error))
  const { sender, status, name, language, category, page, size } = query.data
  const senders = account.senders.filter(({ number }) => sender === undefined || sender.includes(number))
  // Two numbers of one WhatsApp Business Account have the same templates: each is listed once.
  const all = [...new Set(senders.flatMap(({ number }) => templatesOf(world, number)))].filter(
    (one) =>
      (status === undefined || status.includes(one.status)) &&
      (category === undefined || category.includes(one.category)) &&
      (name === undefined || one.name === name) &&
      (language === undefined || one.language === language),
  )
  return {
    status: 200,
    body: {
      results: all.slice(page * size, (page + 1) * size).map(render),
      paging: { page, size, totalPages: Math.ceil(all.length / size), totalResults: all.length },
    },
  }
}

const several = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((one) => one.split(',')))
  .optional()
const number = z.string().regex(/^\d+$/).transform(Number)
const accountQuery = z.looseObject({
  sender: several,
  status: several,
  category: several,
  name: z.string().optional(),
  language: z.string().optional(),
  page: number.default(0),
  size: number.pipe(z.int().min(1).max(100)).default(20),
})

function render(template: Template): Record<string, unknown> {
  const { id, businessAccountId, name, language, status, category, quality, structure, platform } = template
  return {
    id,
    businessAccountId,
    name,
    language,
    status,
    category,
    quality,
    structure,
    ...defined({ platform }),
    createdAt: infobipDate(template.createdAt),
    lastUpdatedAt: infobipDate(template.changedAt),
  }
}
