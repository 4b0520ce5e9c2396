import type { Tenant } from '@imchannel/config'
import type { ContactMemory, WantedNames } from '../adapters/contact-memory.ts'
import { contactSightings, type PlacedSighting } from '../domain/contact-sightings.ts'
import type { ReadWebhook } from '../domain/read-webhook.ts'
import { aliasKey, type WebhookContext } from '../domain/webhook-context.ts'
import type { LookupResult } from './look-up.ts'
import { nothingSeen, seeContacts, wantedNames, type SeenContacts } from './see-contacts.ts'
import { accountsOf, placesOf } from './tenant-numbers.ts'

export interface WebhookContactsOptions {
  readonly tenant: Tenant
  readonly webhook: ReadWebhook
  readonly isOwnNumber: WebhookContext['isOwnNumber']
  /** Epoch ms. */
  readonly now: number
  readonly memoryMs: number
  readonly onFailure: (error: unknown) => void
}

/** Who is who in one webhook. */
export interface WebhookContacts {
  /** To be read in the first trip; none where that is off. */
  readonly names: WantedNames
  /** Never rejects: what is not known changes nothing. */
  see(looked: Pick<LookupResult, 'contacts' | 'sends' | 'answered' | 'aliases'>): Promise<SeenContacts>
}

const none = new Map<string, never>()

export function createWebhookContacts(memory: ContactMemory, options: WebhookContactsOptions): WebhookContacts {
  const { tenant, webhook, isOwnNumber, now, memoryMs, onFailure } = options
  const places = placesOf(tenant)
  const numbers = accountsOf(tenant)
  const onlyBusiness = numbers.size === 1 ? [...numbers.keys()][0] : undefined
  const first = memory.isOn() ? contactSightings(webhook.results, { sends: none, isOwnNumber, onlyBusiness }, now) : []
  return {
    names: wantedNames(first, places.scopeOf),
    see: async ({ contacts: held, sends, answered, aliases }) => {
      if (held === undefined) return nothingSeen
      // Of a report the send tells more; most webhooks are messages that answer none of ours.
      const isSame = webhook.reportedMessageIds.length === 0 && answered.size === 0
      const all = answered.size === 0 ? sends : new Map([...sends, ...answered])
      const shown = isSame ? first : contactSightings(webhook.results, { sends: all, isOwnNumber }, now)
      const sightings = withRemembered(shown, aliases)
      try {
        return await seeContacts(memory, { ...places, tenant: tenant.id, sightings, held, now, memoryMs })
      } catch (error) {
        onFailure(error)
        return nothingSeen
      }
    },
  }
}

/** What 0.1.0 remembered of a user id is as good as a webhook that shows its phone number. */
function withRemembered(
  sightings: readonly PlacedSighting[],
  aliases: ReadonlyMap<string, string>,
): readonly PlacedSighting[] {
  if (aliases.size === 0) return sightings
  return sightings.map((one) => {
    const { business, phone, userId } = one
    const known = phone === undefined && userId !== undefined ? aliases.get(aliasKey(business, userId)) : undefined
    return known === undefined ? one : { ...one, phone: known }
  })
}
