import { z } from 'zod'
import { scenarioRequest } from '../../schemas/omni-scenarios.ts'
import type { Scenario } from '../../store/entities.ts'
import type { World } from '../../world.ts'
import { badRequest, notFound } from '../errors.ts'
import { parseBody, type Context, type Endpoint } from '../serve.ts'

const whole = z.string().regex(/^\d+$/).transform(Number)
const query = z.looseObject({
  isDefault: z.enum(['true', 'false']).optional(),
  limit: whole.default(100),
  page: whole.default(0),
})

/** Scenarios: which channel and sender a `scenarioKey` stands for. */
export function omniScenarios(world: World): Endpoint[] {
  const { store } = world
  const of = (accountId: string): Scenario[] => [...store.all('scenario')].filter((one) => one.accountId === accountId)
  const byKey = ({ account, params }: Context): Scenario => {
    const found = store.get('scenario', params.scenarioKey ?? '')
    if (found?.accountId !== account.id) throw notFound('Scenario not found')
    return found
  }
  /** One default an account. */
  const save = (scenario: Scenario): Scenario => {
    if (scenario.default) {
      for (const other of of(scenario.accountId)) {
        if (other.key !== scenario.key && other.default) store.put('scenario', { ...other, default: false })
      }
    }
    store.put('scenario', scenario)
    return scenario
  }
  const shared = { api: 'scenarios', family: 'legacy' } as const
  const limit = { requests: 20, perMs: 600_000 }
  const path = '/omni/1/scenarios'

  return [
    {
      ...shared,
      method: 'get',
      path,
      handle({ account, request }) {
        const parsed = query.safeParse(request.query)
        if (!parsed.success)
          throw badRequest('Bad Request', [{ property: 'query', violation: z.prettifyError(parsed.error) }])
        const { isDefault, limit: size, page } = parsed.data
        const wanted = of(account.id).filter((one) => isDefault === undefined || String(one.default) === isDefault)
        return { status: 200, body: { scenarios: wanted.slice(page * size, (page + 1) * size).map(render) } }
      },
    },
    {
      ...shared,
      method: 'post',
      path,
      limit,
      handle({ account, body }) {
        const { name = '', flow, default: isDefault = false } = parseBody(scenarioRequest, body)
        const key = world.random.ids.text(32, '0123456789ABCDEF')
        const scenario = save({ key, accountId: account.id, name, flow, default: isDefault })
        return { status: 201, body: render(scenario) }
      },
    },
    {
      ...shared,
      method: 'get',
      path: `${path}/:scenarioKey`,
      handle: (context) => ({ status: 200, body: render(byKey(context)) }),
    },
    {
      ...shared,
      method: 'put',
      path: `${path}/:scenarioKey`,
      limit,
      handle(context) {
        const { name, flow, default: isDefault } = parseBody(scenarioRequest, context.body)
        const before = byKey(context)
        const scenario = save({ ...before, name: name ?? before.name, flow, default: isDefault ?? before.default })
        return { status: 200, body: render(scenario) }
      },
    },
  ]
}

const render = ({ key, name, flow, default: isDefault }: Scenario) => ({ key, name, flow, default: isDefault })
