import type { SendItem } from '../../delivery/accept.ts'
import { omniAdvanced, type OmniAdvanced } from '../../schemas/omni.ts'
import type { TimeUnit } from '../../schemas/parts.ts'
import type { AccountSettings } from '../../settings.ts'
import { parseDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { omniBubble, omniRules } from './bubble.ts'
import { parseBody, type Endpoint } from '../serve.ts'

const UNIT_MS: Readonly<Record<TimeUnit, number>> = {
  NANOSECONDS: 1e-6,
  MICROSECONDS: 1e-3,
  MILLISECONDS: 1,
  SECONDS: 1_000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
}

/** `POST /omni/1/advanced`. */
export function omniSend(world: World): Endpoint {
  return {
    method: 'post',
    path: '/omni/1/advanced',
    api: 'omni',
    family: 'legacy',
    handle({ account, body }) {
      const parsed = parseBody(omniAdvanced, body)
      const violations = omniRules(parsed)
      if (violations.length > 0) throw badRequest('Bad Request', violations)
      const items = itemsOf(world, parsed, account, senderFor(world, account, parsed.scenarioKey))
      const { bulkId } = items[0] ?? {}
      return {
        plan: {
          items,
          respond: (accepted) => ({
            // Infobip names the bulk only where there is more than one destination.
            ...(accepted.length > 1 ? { bulkId: bulkId ?? world.random.ids.uuid() } : {}),
            messages: accepted.map(({ to, status, messageId }) => ({ to, status, messageId })),
          }),
        },
      }
    },
  }
}

/** The number of the scenario's WhatsApp step. @throws ApiError 400 */
function senderFor(world: World, account: AccountSettings, scenarioKey: string | undefined): string {
  const own = [...world.store.all('scenario')].filter((one) => one.accountId === account.id)
  const fallBack = world.settings.behaviour.unknownScenario === 'default'
  const scenario =
    own.find((one) => one.key === scenarioKey) ??
    (scenarioKey === undefined || fallBack ? (own.find((one) => one.default) ?? own[0]) : undefined)
  if (scenario === undefined)
    throw badRequest('Scenario not found', [{ property: 'scenarioKey', violation: 'does not exist' }])
  const sender = scenario.flow.find((step) => step.channel === 'WHATSAPP')?.from
  if (sender === undefined) throw badRequest('The scenario has no WhatsApp step with a sender')
  return sender
}

function itemsOf(world: World, body: OmniAdvanced, account: AccountSettings, sender: string): SendItem[] {
  const { whatsApp, destinations = [] } = body
  if (whatsApp === undefined) return []
  const sendAt = body.sendAt === undefined ? undefined : parseDate(body.sendAt)
  const validityMs =
    whatsApp.validityPeriod === undefined
      ? undefined
      : whatsApp.validityPeriod * UNIT_MS[whatsApp.validityPeriodTimeUnit ?? 'MINUTES']
  return destinations.map(({ messageId, to = {} }) => ({
    account,
    api: 'omni',
    sender,
    to,
    phone: to.phoneNumber?.replace(/^\+|^00/, ''),
    userId: to.whatsAppUserId,
    messageId,
    bubble: omniBubble(world, sender, whatsApp),
    bulkId: body.bulkId,
    callbackData: body.callbackData,
    notify: body.notify,
    notifyUrl: body.notifyUrl,
    intermediateReport: body.intermediateReport,
    sendAt,
    validityMs,
  }))
}
