import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '@opentelemetry/api'
import type { Limits, Tenant } from '@imchannel/config'
import { type ImEvent, type ImEventOf, rank, type Topics } from '@imchannel/events'
import { consentPutOf } from '@imchannel/fact-store'
import { sightingOf } from '@imchannel/facts'
import type { Producer } from '@imchannel/kafka'
import type { ServerRequest } from '@imchannel/telemetry'
import type { OptionalTopic } from '../adapters/optional-topic.ts'
import type { Claim, ClaimRequest } from '../adapters/dedupe-store.ts'
import { dropDuplicates, type Fresh } from '../domain/drop-duplicates.ts'
import { alternativeOf, claimIdOf, type PlannedEvent } from '../domain/planned-event.ts'
import type { ReadWebhook } from '../domain/read-webhook.ts'
import { type PlannedWebhook, toEvents } from '../domain/to-events.ts'
import { throwOf } from '../domain/to-unrecognised-event.ts'
import type { WebhookContext } from '../domain/webhook-context.ts'
import type { Instruments } from '../instruments.ts'
import { type LookupResult, lookUp, type Stores } from './look-up.ts'
import { publishEvents } from './publish-events.ts'
import { accountsOf, inboundMediaUrl, pricesOf } from './tenant-numbers.ts'
import type { SeenContacts } from './see-contacts.ts'
import { traceWebhook } from './trace-webhook.ts'
import { createWebhookContacts } from './webhook-contacts.ts'

export interface DeliveryDependencies {
  readonly producer: Producer
  readonly memories: Stores
  readonly instruments: Instruments
  readonly costs: Pick<OptionalTopic, 'isOn' | 'refused'>
  readonly topics: Topics
  /** What the brokers take at most for one record. */
  readonly maxRecordBytes: () => number
  /** Writes that nobody waits for: the service does, when it stops. */
  readonly later: (work: Promise<void>) => void
  readonly onRedisFailure: (operation: 'look_up' | 'remember' | 'release', error: unknown) => void
  /** Handling a result threw, and it was set aside alone. */
  readonly onThrew: (tenant: string, reason: string) => void
}

export interface IncomingWebhook {
  readonly webhook: ReadWebhook
  readonly tenant: Tenant
  readonly limits: Limits
  /** How long a command is known, and may be reported on. */
  readonly commandMemoryMs: number
  readonly publicUrl: string
  readonly receivedAtMs: number
  /** On performance.now()'s clock. */
  readonly deadlineAt: number
  readonly request: ServerRequest
  /** The trace that a trusted sender's headers carry. */
  readonly outside: Context | undefined
  /** Told once the request's span is open, which the trace of the send that a report is about decides. */
  readonly onTraced: () => void
}

export type Delivery =
  | { readonly outcome: 'stored'; readonly published: number; readonly repeated: number }
  | { readonly outcome: 'failed'; readonly reason: string; readonly detail: string }

/** How long whoever waits for another's publishing waits between two looks: the first after a usual ack, then slower. */
const FIRST_LOOK_MS = 20
const LONGEST_LOOK_MS = 200

const STILL_PUBLISHING: Delivery = {
  outcome: 'failed',
  reason: 'still_publishing',
  detail: 'another copy of the webhook is still being stored',
}

/**
 * Makes a webhook's results events in Kafka, each once: claims them, publishes what is new, waits for what another copy of
 * the webhook is publishing and takes that over where the other gives up. `stored` means that Kafka has every one of them.
 */
export async function deliverWebhook(deps: DeliveryDependencies, incoming: IncomingWebhook): Promise<Delivery> {
  const { producer, memories, instruments, topics, later, onRedisFailure } = deps
  const { webhook, tenant, limits, deadlineAt, request } = incoming
  const receivedAt = new Date(incoming.receivedAtMs).toISOString()
  const remainingMs = (): number => Math.max(1, deadlineAt - performance.now())

  const bare = contextOf(incoming, receivedAt, deps.costs.isOn())
  const draft = toEvents(webhook, bare)
  const drafted = dropDuplicates(draft.planned, none)
  const who = createWebhookContacts(memories.contacts, {
    tenant,
    webhook,
    isOwnNumber: bare.isOwnNumber,
    now: incoming.receivedAtMs,
    memoryMs: limits.aliasMemoryMs,
    onFailure: (error) => onRedisFailure('look_up', error),
  })
  const looked = await lookUp(memories, {
    tenant: tenant.id,
    webhook,
    requests: drafted.fresh.map(requestOf),
    names: who.names,
    sightings: drafted.fresh.flatMap(({ event }) => sightingOf(event) ?? []),
    later,
    publishingMs: Math.ceil(remainingMs()),
    onFailure: (error) => onRedisFailure('look_up', error),
  })
  const contacts = await who.see(looked)
  const { fresh, repeated, learnt } = planWith(looked, contacts, { webhook, bare, draft, drafted })

  const tracing = traceWebhook(
    request,
    fresh.map(({ event }) => event),
    {
      results: webhook.results.length,
      sends: looked.sends,
      outside: incoming.outside,
      tenant: tenant.id,
    },
  )
  incoming.onTraced()
  for (const { event } of fresh) {
    const reason = throwOf(event)
    if (reason !== undefined) deps.onThrew(tenant.id, reason)
  }
  let repeats = repeated
  let published = 0

  try {
    let { open, claims } = await opened()
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
      const sorted = sortByClaim(open, claims)
      repeats += sorted.stored
      const outcome = await publish(sorted.mine)
      if (outcome !== undefined) return outcome
      published += sorted.mine.length
      open = [...sorted.renamed, ...sorted.waiting]
      if (open.length === 0) break
      if (remainingMs() <= lookMs) return STILL_PUBLISHING
      if (sorted.renamed.length === 0) await sleep(lookMs)
      claims = await claimAgain(open)
    }
  } finally {
    tracing.end()
  }
  await rememberNames()
  return { outcome: 'stored', published, repeated: repeats }

  /** Redis has what Kafka has by now. */
  async function rememberNames(): Promise<void> {
    const { aliasMemoryMs } = limits
    // The next webhook is to find it.
    if (contacts.puts.length > 0) await memories.contacts.put(contacts.puts, aliasMemoryMs).catch(forgot)
    // For where contacts are off one day: what the webhook shows by itself, whatever else is known.
    const news = looked.contacts === undefined ? learnt : contacts.puts.length === 0 ? [] : draft.learnt
    if (news.length > 0) later(memories.aliases.remember(tenant.id, news, aliasMemoryMs).catch(forgot))
  }

  function forgot(error: unknown): void {
    onRedisFailure('remember', error)
  }

  /** With what is new of customers behind the events, and the claims of all. */
  async function opened(): Promise<{ open: Open[]; claims: readonly Claim[] | undefined }> {
    const told: Open[] = contacts.changes.map(asOpen)
    const recorded = contacts.records.map(asOpen)
    const open = [...fresh.map(asOpen), ...told, ...recorded]
    const { claims } = looked
    if (claims === undefined || open.length === fresh.length) return { open, claims }
    // Others may see the same change at the same time. Of a record of a contact the last one counts, whoever writes it.
    const known = told.length === 0 ? [] : await claimAgain(told)
    return { open, claims: [...claims, ...(known ?? told.map(() => MINE)), ...recorded.map(() => MINE)] }
  }

  async function publish(mine: readonly Open[]): Promise<Extract<Delivery, { outcome: 'failed' }> | undefined> {
    if (mine.length === 0) return undefined
    const events = mine.map(({ plan, origin }) => ({ event: plan.event, trace: tracing.of(origin) }))
    const results = await publishEvents(producer, events, {
      tenant: tenant.id,
      topics,
      maxBytes: deps.maxRecordBytes(),
      receivedAt,
      deadlineMs: remainingMs(),
    })
    const done: PlannedEvent[] = []
    const stored = new Map<string, number>()
    const lost: ClaimRequest[] = []
    let failure: Extract<Delivery, { outcome: 'failed' }> | undefined
    results.forEach((result, index) => {
      const plan = mine[index]?.plan
      if (plan === undefined) return
      if (result.kind === 'stored') {
        done.push(plan)
        noteStored(plan.event)
        for (const topic of result.topics) stored.set(topic, (stored.get(topic) ?? 0) + 1)
        return
      }
      lost.push(requestOf(plan))
      instruments.kafkaFailed(result.reason)
      // Without the costs all else goes on; what Kafka has not refused is sent again with the webhook.
      if (isRefusedCost(plan.event, result.reason)) return deps.costs.refused(result.detail)
      if (isRefusedContact(plan.event, result.reason)) return memories.contacts.refused(result.detail)
      failure ??= { outcome: 'failed', reason: result.reason, detail: result.detail }
    })
    for (const [topic, count] of stored) instruments.eventsPublished(topic, count)
    const { webhookMemoryMs } = limits
    confirm(
      done.filter(({ event, isLasting }) => isLasting !== true && event.type !== CONTACT_RECORDED),
      webhookMemoryMs,
    )
    confirm(
      done.filter(({ isLasting }) => isLasting === true),
      Math.max(webhookMemoryMs, incoming.commandMemoryMs),
    )
    if (lost.length > 0) {
      later(memories.claims.release(tenant.id, lost).catch((error: unknown) => onRedisFailure('release', error)))
    }
    return failure
  }

  function confirm(stored: readonly PlannedEvent[], memoryMs: number): void {
    if (stored.length === 0) return
    later(
      memories.claims
        .confirm(tenant.id, stored.map(requestOf), memoryMs)
        .catch((error: unknown) => onRedisFailure('remember', error)),
    )
  }

  /** In the trip that confirms the claims: commands that wait know of it before the event has been read. */
  function noteConsent(event: ImEventOf<'imchannel.consent.changed.v1'>): void {
    const put = consentPutOf(event)
    if (put !== undefined)
      later(memories.consent.put([put]).catch((error: unknown) => onRedisFailure('remember', error)))
  }

  function noteStored(event: ImEvent): void {
    if (event.type === 'imchannel.consent.changed.v1') noteConsent(event)
    if (event.type === 'imchannel.cost.recorded.v1') instruments.costRecorded(event.data)
    if (event.type !== 'imchannel.message.delivery.v1' || event.data.rank !== rank('delivered')) return
    const send = looked.sends.get(event.data.messageId)
    if (send?.state !== 'accepted') return
    instruments.delivered(tenant.id, (incoming.receivedAtMs - send.at) / 1_000)
  }

  async function claimAgain(open: readonly Open[]): Promise<readonly Claim[] | undefined> {
    const requests = open.map(({ plan }) => requestOf(plan))
    return await memories.claims.claim(tenant.id, requests, Math.ceil(remainingMs())).catch((error: unknown) => {
      onRedisFailure('look_up', error)
      return undefined
    })
  }
}

/** A planned event, and the one that it was before it got its second id. */
interface Open {
  readonly plan: PlannedEvent
  readonly origin: ImEvent
}

interface Sorted {
  readonly mine: Open[]
  /** What is published instead, since the claim stands for another content. */
  readonly renamed: Open[]
  /** Another copy is publishing them. */
  readonly waiting: Open[]
  stored: number
}

/** @param claims undefined where Redis did not tell: then everything is published, under the same ids */
function sortByClaim(open: readonly Open[], claims: readonly Claim[] | undefined): Sorted {
  const sorted: Sorted = { mine: [], renamed: [], waiting: [], stored: 0 }
  open.forEach((one, index) => {
    const claim = claims?.[index] ?? { kind: 'mine' as const }
    if (claim.kind === 'mine') return sorted.mine.push(one)
    const other = alternativeOf(one.plan, claim.fingerprint)
    if (other !== undefined) return sorted.renamed.push({ plan: other, origin: one.origin })
    if (claim.kind === 'publishing') return sorted.waiting.push(one)
    return sorted.stored++
  })
  return sorted
}

const none = new Map<string, never>()
const MINE: Claim = { kind: 'mine' }
const CONTACT_RECORDED = 'imchannel.contact.recorded.v1'

function asOpen(plan: PlannedEvent): Open {
  return { plan, origin: plan.event }
}

interface Drafted {
  readonly webhook: ReadWebhook
  /** Without what was looked up. */
  readonly bare: WebhookContext
  readonly draft: PlannedWebhook
  readonly drafted: Fresh
}

/** Ids come from the webhook alone: what was looked up may change keys and fields, and the claims stay good. */
function planWith(
  looked: LookupResult,
  { keys, aliases: shown }: SeenContacts,
  { webhook, bare, draft, drafted }: Drafted,
): Fresh & Pick<PlannedWebhook, 'learnt'> {
  const aliases = shown.size === 0 ? looked.aliases : new Map([...looked.aliases, ...shown])
  const isSame = looked.sends.size === 0 && aliases.size === 0 && keys.size === 0
  if (isSame) return { ...drafted, learnt: draft.learnt }
  const { planned, learnt } = toEvents(webhook, { ...bare, sends: looked.sends, aliases, keys })
  return { ...dropDuplicates(planned, none), learnt }
}

function contextOf(
  { tenant, publicUrl, receivedAtMs }: IncomingWebhook,
  receivedAt: string,
  hasCosts: boolean,
): WebhookContext {
  const accounts = accountsOf(tenant)
  return {
    tenant: tenant.id,
    receivedAt,
    sends: none,
    aliases: none,
    keys: none,
    keywords: tenant.keywords,
    prices: hasCosts ? pricesOf(tenant) : undefined,
    isOwnNumber: (number) => accounts.has(number),
    mediaUrl: inboundMediaUrl(tenant, { publicUrl, nowMs: receivedAtMs }),
  }
}

function isRefusedCost({ type }: ImEvent, reason: string): boolean {
  return type === 'imchannel.cost.recorded.v1' && (reason === 'unknown-topic' || reason === 'rejected')
}

function isRefusedContact({ type }: ImEvent, reason: string): boolean {
  return type === CONTACT_RECORDED && (reason === 'unknown-topic' || reason === 'rejected')
}

function requestOf(plan: PlannedEvent): ClaimRequest {
  return { id: claimIdOf(plan), fingerprint: plan.fingerprint }
}
