import { z } from 'zod'
import { defined } from '../../delivery/accept.ts'
import { templateDefinition, templateEdit } from '../../schemas/whatsapp/template-definition.ts'
import type { Template } from '../../store/entities.ts'
import type { Outbox } from '../../webhooks/outbox.ts'
import { infobipDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { badRequest, notFound } from '../errors.ts'
import { senderOf } from '../sender-of.ts'
import { parseBody, type Context, type Endpoint } from '../serve.ts'

const HOUR_MS = 3_600_000
/** From creation to approval, when the template webhook goes out. */
const APPROVE_AFTER_MS = 1_000
const BUSINESS_ACCOUNT_ID = 10_000_000_001

/** Templates of a number: list, create, read, edit, delete. */
export function whatsAppTemplates(world: World, outbox: Outbox): Endpoint[] {
  const { store, clock, random } = world
  const ofSender = (number: string): Template[] => [...store.all('template')].filter((one) => one.sender === number)
  const byId = ({ account, params }: Context): Template => {
    const { number } = senderOf(account, params.sender)
    const template = store.get('template', params.id ?? '')
    if (template?.sender !== number) throw notFound('Template not found')
    return template
  }

  const changeStatus = async (template: Template, accountId: string, status: string): Promise<void> => {
    template.status = status
    store.put('template', template)
    await outbox.send({
      accountId,
      kind: 'template',
      envelope: 'single',
      messageIds: [],
      customerId: '',
      result: {
        messageTemplateId: template.id,
        messageTemplateName: template.name,
        messageTemplateLanguage: template.language,
        timestamp: infobipDate(clock.now()),
        change: { type: 'TEMPLATE_STATUS_UPDATE', newStatus: status },
      },
    })
  }

  const list = ({ account, params }: Context) => {
    const { number } = senderOf(account, params.sender)
    return { status: 200, body: { templates: ofSender(number).map(render) } }
  }
  const create = ({ account, params, body }: Context) => {
    const { number } = senderOf(account, params.sender)
    const definition = parseBody(templateDefinition, body)
    const taken = ofSender(number).some((one) => one.name === definition.name && one.language === definition.language)
    if (taken) {
      throw badRequest('Bad Request', [{ property: 'name', violation: 'is taken by a template in this language' }])
    }
    const template: Template = {
      id: random.ids.text(15, '0123456789').replace(/^0/, '1'),
      sender: number,
      name: definition.name,
      language: definition.language,
      category: definition.category,
      status: 'PENDING',
      structure: definition.structure,
      createdAt: clock.now(),
    }
    store.put('template', template)
    clock.schedule(clock.now() + APPROVE_AFTER_MS, () => changeStatus(template, account.id, 'APPROVED'))
    return { status: 201, body: render(template) }
  }
  const shared = { api: 'whatsapp', family: 'legacy' } as const
  const [v1, v2] = ['/whatsapp/1/senders/:sender/templates', '/whatsapp/2/senders/:sender/templates']
  const createLimit = { requests: 1000, perMs: HOUR_MS }

  return [
    { ...shared, method: 'get', path: v1, handle: list },
    { ...shared, method: 'get', path: v2, handle: list },
    { ...shared, method: 'post', path: v1, limit: createLimit, handle: create },
    { ...shared, method: 'post', path: v2, limit: createLimit, handle: create },
    {
      ...shared,
      method: 'get',
      path: `${v2}/:id`,
      handle: (context) => ({ status: 200, body: render(byId(context)) }),
    },
    {
      ...shared,
      method: 'patch',
      path: `${v2}/:id`,
      limit: { requests: 100, perMs: HOUR_MS },
      handle(context) {
        const template = byId(context)
        const { category, structure } = parseBody(templateEdit, context.body)
        Object.assign(
          template,
          defined({
            category,
            structure: structure === undefined ? undefined : { ...template.structure, ...structure },
          }),
        )
        store.put('template', template)
        return { status: 200, body: render(template) }
      },
    },
    {
      ...shared,
      method: 'delete',
      path: `${v2}/:templateName`,
      limit: { requests: 200, perMs: HOUR_MS },
      handle({ account, params }) {
        const { number } = senderOf(account, params.sender)
        const named = ofSender(number).filter((one) => one.name === params.templateName)
        if (named.length === 0) throw notFound('Template not found')
        for (const template of named) store.remove('template', template.id)
        return { status: 204 }
      },
    },
    {
      ...shared,
      method: 'get',
      path: '/whatsapp/1/templates',
      family: 'platform',
      handle({ account, request }) {
        const query = accountQuery.safeParse(request.query)
        if (!query.success)
          throw badRequest('Bad Request', [{ property: 'query', violation: z.prettifyError(query.error) }])
        const { sender, status, name, language, category, page, size } = query.data
        const all = account.senders
          .flatMap(({ number }) => ofSender(number))
          .filter(
            (one) =>
              (sender === undefined || sender.includes(one.sender)) &&
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
      },
    },
  ]
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

function render({ id, name, language, status, category, structure, createdAt }: Template): Record<string, unknown> {
  return {
    id,
    businessAccountId: BUSINESS_ACCOUNT_ID,
    name,
    language,
    status,
    category,
    structure,
    createdAt: infobipDate(createdAt),
    lastUpdatedAt: infobipDate(createdAt),
  }
}
