import type { Subscription, WebhookKind } from '../store/entities.ts'
import type { World } from '../world.ts'
import { eventsOn, subscribedEvent, type SubscribedEvent } from './events.ts'

const CHANNELS: readonly SubscribedEvent['channel'][] = ['WHATSAPP', 'VOICE_VIDEO', 'BLOCKLIST']
const CONFIGURED = 'emulator'

/** What the settings say of an account's webhooks, as its subscriptions: they can be listed, changed and taken away. */
export function seedSubscriptions({ settings, store }: World): void {
  for (const { id: accountId, webhooks } of settings.accounts) {
    const { baseUrl } = webhooks ?? settings.webhooks
    if (baseUrl === null) continue
    store.put('profile', {
      id: `${accountId} ${CONFIGURED}`,
      accountId,
      profileId: CONFIGURED,
      isConfigured: true,
      settings: { webhook: { contentType: 'application/json', notifyUrl: baseUrl } },
    })
    for (const channel of CHANNELS) {
      const subscriptionId = `${CONFIGURED}-${channel.toLowerCase()}`
      store.put('subscription', {
        id: subscriptionKey(accountId, channel, subscriptionId),
        accountId,
        channel,
        subscriptionId,
        profileId: CONFIGURED,
        name: 'What the emulator’s settings say',
        events: eventsOn(channel),
      })
    }
  }
}

export const subscriptionKey = (accountId: string, channel: string, subscriptionId: string): string =>
  `${accountId} ${channel} ${subscriptionId}`

export const profileKey = (accountId: string, profileId: string): string => `${accountId} ${profileId}`

const nameOf = (event: Subscription['events'][number]): string => (typeof event === 'string' ? event : event.event)

function isFor(
  { channel, events, resources = [] }: Subscription,
  wanted: SubscribedEvent,
  sender: string | undefined,
): boolean {
  if (channel !== wanted.channel || !events.some((event) => wanted.events.includes(nameOf(event)))) return false
  return sender === undefined || resources.length === 0 || resources.includes(sender)
}

/**
 * Where a webhook goes: to the account's own URL, and to that of each subscription made since. Two of them are two webhooks, as with Infobip.
 * @param ownUrl where the account's webhooks of this kind go by the settings
 */
export function urlsFor(
  world: World,
  { accountId, kind, sender }: { accountId: string; kind: WebhookKind; sender: string | undefined },
  ownUrl: string | undefined,
): string[] {
  const wanted = subscribedEvent(kind)
  if (wanted === undefined) return ownUrl === undefined ? [] : [ownUrl]
  const urls: string[] = []
  for (const one of world.store.all('subscription')) {
    if (one.accountId !== accountId || !isFor(one, wanted, sender)) continue
    const profile = world.store.get('profile', profileKey(accountId, one.profileId))
    const url = profile?.isConfigured === true ? ownUrl : profile?.settings.webhook?.notifyUrl
    if (url !== undefined) urls.push(url)
  }
  return urls
}
