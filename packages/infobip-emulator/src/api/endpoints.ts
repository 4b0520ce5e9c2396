import type { Outbox } from '../webhooks/outbox.ts'
import type { World } from '../world.ts'
import { messagesEndpoints } from './messages/endpoints.ts'
import { messagesReports } from './messages/pull.ts'
import { omniReports } from './omni/reports.ts'
import { omniScenarios } from './omni/scenarios.ts'
import { omniSend } from './omni/send.ts'
import type { Endpoint } from './serve.ts'
import { whatsAppEventsEndpoint } from './whatsapp/events.ts'
import { whatsAppMedia } from './whatsapp/media.ts'
import { whatsAppSenders } from './whatsapp/senders.ts'
import { whatsAppSends } from './whatsapp/send.ts'
import { whatsAppTemplates } from './whatsapp/templates.ts'

/** Every one of Infobip's paths that the emulator has. */
export function infobipEndpoints(world: World, outbox: Outbox): Endpoint[] {
  return [
    omniSend(world),
    ...omniReports(world),
    ...omniScenarios(world),
    ...whatsAppSends(world),
    whatsAppEventsEndpoint(world),
    ...whatsAppSenders(world),
    ...whatsAppMedia(world),
    ...whatsAppTemplates(world, outbox),
    ...messagesEndpoints(world),
    messagesReports(world),
  ]
}
