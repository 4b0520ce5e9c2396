import type { WebhookKind } from '@imchannel/infobip'
import { jsonText, line, type Logger, raw } from '@imchannel/logging'

/** The last part of a webhook's path. */
export type WebhookPath = 'onMessage' | 'onDeliveryReport' | 'onSeenReport' | 'webhook'

/** The legacy system's name of what came, and what it said of it. */
const names: Readonly<Record<WebhookKind, readonly [fn: string, text: string]>> = {
  message: ['onMessage', 'Message received'],
  delivery: ['onDeliveryReport', 'Report received'],
  seen: ['onSeenReport', 'Report received'],
  click: ['onClickReport', 'Report received'],
  typing: ['onTyping', 'Event received'],
  payment: ['onPayment', 'Event received'],
  consent: ['onConsentChange', 'Event received'],
  identity: ['onIdentityChange', 'Event received'],
  template: ['onTemplateChange', 'Event received'],
  call: ['onCall', 'Event received'],
  echo: ['onEcho', 'Event received'],
  blocklist: ['onConsentChange', 'Event received'],
  usage: ['onUsageReport', 'Report received'],
  unrecognised: ['onWebhook', 'Unrecognised body received'],
}

const byPath: Readonly<Record<WebhookPath, readonly [fn: string, text: string]>> = {
  onMessage: names.message,
  onDeliveryReport: names.delivery,
  onSeenReport: names.seen,
  webhook: ['onWebhook', 'Webhook received'],
}

/** The action that lines of a webhook are under: what it holds, or its path where it holds several kinds or nothing. */
export function functionOf(path: WebhookPath, kinds: ReadonlyMap<WebhookKind, number>): string {
  return namesOf(path, kinds)[0]
}

/** The one line that says that a webhook came, with its whole body. */
export function logWebhook(
  log: Logger,
  webhook: {
    readonly tenant: string
    readonly path: WebhookPath
    readonly kinds: ReadonlyMap<WebhookKind, number>
    readonly body: string
  },
): void {
  const [fn, text] = namesOf(webhook.path, webhook.kinds)
  log.info({ fn, tenant: webhook.tenant }, line`${raw(text)} ${jsonText(webhook.body)}`)
}

function namesOf(path: WebhookPath, kinds: ReadonlyMap<WebhookKind, number>): readonly [string, string] {
  const [only, ...others] = kinds.keys()
  return only !== undefined && others.length === 0 ? names[only] : byPath[path]
}
