import type { ConsentCopy } from '@imchannel/fact-store'
import type { Ledger, LedgerEntry } from '@imchannel/ledger'
import type { AliasMemory } from '../adapters/alias-memory.ts'
import type { WindowSighting } from '@imchannel/facts'
import type { Claim, ClaimMemory, ClaimRequest } from '../adapters/claim-memory.ts'
import type { WindowNotes } from '../adapters/window-notes.ts'
import type { ReadWebhook } from '../domain/read-webhook.ts'

/** What ingress asks the ledger for: the sends behind the reports of a webhook. */
export type SendLookup = Pick<Ledger, 'findByMessageIds'>

export interface Memories {
  readonly sends: SendLookup
  readonly aliases: AliasMemory
  readonly claims: ClaimMemory
  readonly windows: WindowNotes
  /** Who opted out. */
  readonly consent: Pick<ConsentCopy, 'put'>
}

/** Each part is missing where Redis did not tell in time: then the webhook itself must do. */
export interface LookedUp {
  readonly sends: ReadonlyMap<string, LedgerEntry>
  readonly aliases: ReadonlyMap<string, string>
  readonly claims: readonly Claim[] | undefined
}

export interface LookUpOptions {
  readonly tenant: string
  readonly webhook: ReadWebhook
  readonly requests: readonly ClaimRequest[]
  /** What the webhook says of windows: written in the same trip, and waited for by nobody. */
  readonly sightings: readonly WindowSighting[]
  readonly later: (work: Promise<void>) => void
  readonly publishingMs: number
  readonly onFailure: (error: unknown) => void
}

const none = new Map<string, never>()

/** Everything that a webhook needs to know, in one trip to Redis whatever its size. Never rejects. */
export async function lookUp({ sends, aliases, claims, windows }: Memories, options: LookUpOptions): Promise<LookedUp> {
  const { tenant, webhook, requests, publishingMs, onFailure } = options
  const orNothing = (error: unknown): undefined => {
    onFailure(error)
    return undefined
  }
  const { reportedMessageIds, unresolved } = webhook
  if (options.sightings.length > 0) options.later(windows.note(options.sightings))
  // Issued in one turn: they leave together. Most webhooks have nothing but claims.
  const held = claims.claim(tenant, requests, publishingMs).catch(orNothing)
  const knownSends =
    reportedMessageIds.length === 0
      ? undefined
      : // A report shows that the message was sent: that settles an unknown outcome at once.
        sends.findByMessageIds(tenant, [...reportedMessageIds], { markSeen: true }).catch(orNothing)
  const knownAliases = unresolved.length === 0 ? undefined : aliases.find(tenant, unresolved).catch(orNothing)
  return {
    claims: await held,
    sends: (knownSends && (await knownSends)) ?? none,
    aliases: (knownAliases && (await knownAliases)) ?? none,
  }
}
