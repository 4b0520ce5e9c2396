import type { Lifecycle } from '../delivery/lifecycle.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import type { World } from '../world.ts'
import { messagesEndpoints } from './messages/endpoints.ts'
import { messagesReports } from './messages/pull.ts'
import { omniReports } from './omni/reports.ts'
import { omniScenarios } from './omni/scenarios.ts'
import { omniSend } from './omni/send.ts'
import { billingUsage } from './platform/billing-usage.ts'
import { blocklists } from './platform/blocklists.ts'
import { subscriptions } from './platform/subscriptions.ts'
import type { Endpoint } from './serve.ts'
import { whatsAppCallPermissions } from './whatsapp/call-permissions.ts'
import { whatsAppEventsEndpoint } from './whatsapp/events.ts'
import { whatsAppMedia } from './whatsapp/media.ts'
import { whatsAppSenders } from './whatsapp/senders.ts'
import { whatsAppSends } from './whatsapp/send.ts'
import { whatsAppTemplates } from './whatsapp/templates.ts'

/** Every one of Infobip's paths that the emulator has. */
export function infobipEndpoints(
  world: World,
  deps: { outbox: Outbox; lifecycle: Pick<Lifecycle, 'release'> },
): Endpoint[] {
  return [
    omniSend(world),
    ...omniReports(world),
    ...omniScenarios(world),
    ...whatsAppSends(world),
    whatsAppEventsEndpoint(world),
    ...whatsAppSenders(world),
    whatsAppCallPermissions(world),
    ...whatsAppMedia(world),
    ...whatsAppTemplates(world, deps),
    ...messagesEndpoints(world),
    messagesReports(world),
    ...blocklists(world),
    billingUsage(world, deps.outbox),
    ...subscriptions(world),
  ]
}
