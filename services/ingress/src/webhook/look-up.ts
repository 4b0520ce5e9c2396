import type { ConsentCopy } from '@imchannel/fact-store'
import type { Ledger, LedgerEntry } from '@imchannel/ledger'
import type { AliasMemory } from '../adapters/alias-memory.ts'
import type { WindowSighting } from '@imchannel/facts'
import type { ContactMemory, HeldContacts, WantedNames } from '../adapters/contact-memory.ts'
import type { Claim, DedupeStore, ClaimRequest } from '../adapters/dedupe-store.ts'
import type { WindowNotes } from '../adapters/window-notes.ts'
import type { ReadWebhook } from '../domain/read-webhook.ts'

/** What ingress asks the ledger for: the sends behind the reports of a webhook. */
export type SendLookup = Pick<Ledger, 'findByMessageIds'>

export interface Stores {
  readonly sends: SendLookup
  readonly aliases: AliasMemory
  readonly claims: DedupeStore
  /** Which names are one person's. */
  readonly contacts: ContactMemory
  readonly windows: WindowNotes
  /** Who opted out. */
  readonly consent: Pick<ConsentCopy, 'put'>
}

/** Each part is missing where Redis did not tell in time: then the webhook itself must do. */
export interface LookupResult {
  readonly sends: ReadonlyMap<string, LedgerEntry>
  readonly aliases: ReadonlyMap<string, string>
  readonly claims: readonly Claim[] | undefined
  /** Sends that customers answer. */
  readonly answered: ReadonlyMap<string, LedgerEntry>
  /** Undefined where that is off. */
  readonly contacts: HeldContacts | undefined
}

export interface LookUpOptions {
  readonly tenant: string
  readonly webhook: ReadWebhook
  readonly requests: readonly ClaimRequest[]
  /** Names of customers. */
  readonly names: WantedNames
  /** What the webhook says of windows: written in the same trip, and waited for by nobody. */
  readonly sightings: readonly WindowSighting[]
  readonly later: (work: Promise<void>) => void
  readonly publishingMs: number
  readonly onFailure: (error: unknown) => void
}

const none = new Map<string, never>()

/** Everything that a webhook needs to know, in one trip to Redis whatever its size. Never rejects. */
export async function lookUp(memories: Stores, options: LookUpOptions): Promise<LookupResult> {
  const { sends, aliases, claims, contacts, windows } = memories
  const { tenant, webhook, requests, names, publishingMs, onFailure } = options
  const orNothing = (error: unknown): undefined => {
    onFailure(error)
    return undefined
  }
  const { reportedMessageIds, answeredMessageIds, unresolved } = webhook
  if (options.sightings.length > 0) options.later(windows.note(options.sightings))
  // Issued in one turn: they leave together. Most webhooks have nothing but claims.
  const held = claims.claim(tenant, requests, publishingMs).catch(orNothing)
  const knownSends =
    reportedMessageIds.length === 0
      ? undefined
      : // A report shows that the message was sent: that settles an unknown outcome at once.
        sends.findByMessageIds(tenant, [...reportedMessageIds], { markSeen: true }).catch(orNothing)
  const knownAliases = unresolved.length === 0 ? undefined : aliases.find(tenant, unresolved).catch(orNothing)
  // Which names a report shows may be known only with its send: they are read behind this trip.
  const knownContacts = contacts.isOn() ? contacts.read(tenant, names).catch(orNothing) : undefined
  const answered =
    answeredMessageIds.length === 0 || knownContacts === undefined
      ? undefined
      : sends.findByMessageIds(tenant, [...answeredMessageIds]).catch(orNothing)
  return {
    claims: await held,
    contacts: knownContacts && (await knownContacts),
    answered: (answered && (await answered)) ?? none,
    sends: (knownSends && (await knownSends)) ?? none,
    aliases: (knownAliases && (await knownAliases)) ?? none,
  }
}
