import type { Command } from 'commander'
import { normaliseNumber } from '@imchannel/events'
import { createContactCopy, createFactStore, type FoundContact } from '@imchannel/fact-store'
import { forgetCustomer, type ForgottenSends } from '@imchannel/ledger'
import { createMediaStore, createPendingMedia, inboundMediaId, type PendingMediaItem } from '@imchannel/media-store'
import { findAliases, type KnownAlias } from '../forget/find-aliases.ts'
import { findInKafka, type Held, type InboundMediaItem } from '../forget/find-in-kafka.ts'
import { findMedia, type FoundMedia } from '../forget/find-media.ts'
import { sayForgotten } from '../forget/say-forgotten.ts'
import { spreadOptOuts } from '../forget/spread-opt-outs.ts'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, Failure, usage } from '../session/failure.ts'
import { count } from '../session/read-values.ts'
import { topicNames } from '../session/read-topic.ts'
import type { Session } from '../session/session.ts'

interface Options {
  yes?: boolean
  kafka: boolean
}

/** Removes a customer. */
export function addForget(program: Command, run: RunCommand): void {
  program
    .command('forget')
    .summary('remove a customer’s data, and tell what Kafka holds until when')
    .description(
      'Removes what Redis holds of a customer: finished sends in the ledger, the links between phone numbers, their spellings and BSUIDs (from Kafka’s compacted topic, too), when the customer last wrote, and media that ' +
        'went to or came from this customer alone; of media that went to others too, that they went to this one. Kafka cannot remove single records: it lists which topics hold some, and until ' +
        'when. Where the tenant has a forgetSecret, an event on the audit’s topic says who was forgotten, by no name: whatever is rebuilt ' +
        'from Kafka (windows, links, consent, the console) obeys it, and what opted out stays so under every name. A send whose outcome is still open stays, since the message could go out twice without it: run it again later. A ' +
        'command of the customer’s that is written again afterwards under the same id is a new one.',
    )
    .argument('<tenant>', 'whose customer')
    .argument('<customer>', 'phone number or BSUID')
    .option('--no-kafka', 'do not look through Kafka: quicker, but media that the customer sent are then not found')
    .option('-y, --yes', 'do it without asking')
    .action(
      run((session, options: Options, tenant: string, customer: string) =>
        forget(session, options, { tenant, customer }),
      ),
    )
}

interface Findings {
  readonly names: ReadonlySet<string>
  readonly sends: ForgottenSends
  readonly aliases: readonly KnownAlias[]
  readonly contacts: readonly FoundContact[]
  /** Keys. */
  readonly windows: readonly string[]
  /** Keys. */
  readonly unanswered: readonly string[]
  readonly media: FoundMedia
  readonly inbound: readonly InboundMediaItem[]
  /** Of which a copy is still to be had from Infobip. */
  readonly pending: readonly PendingMediaItem[]
  readonly held: readonly Held[] | undefined
}

async function forget(
  session: Session,
  { yes, kafka }: Options,
  { tenant: name, customer }: { tenant: string; customer: string },
): Promise<ExitCode> {
  const { out } = session
  const tenant = session.tenant(name).id
  const number = normaliseNumber(customer)
  if (number === '') throw usage('the customer is a phone number or a BSUID')
  const secret = session.tenant(name).forgetSecret[0]?.reveal()
  if (secret === undefined)
    out.note(
      `tenants.${tenant}.forgetSecret is not set: what Kafka still has comes back where Redis, or the console’s store, is rebuilt from it; set it to a text of 16 characters or more`,
    )
  const found = await find(session, { tenant, customer: number, kafka })
  const { sends, aliases, contacts, windows, unanswered, media, inbound, pending } = found
  const text = [
    count(sends.removed.length, 'entry of the ledger', 'entries of the ledger'),
    count(aliases.length, 'alias', 'aliases'),
    count(contacts.length, 'name', 'names'),
    count(windows.length, 'window', 'windows'),
    ...(unanswered.length === 0
      ? []
      : [count(unanswered.length, 'count of what was not answered', 'counts of what was not answered')]),
    count(media.own.length + inbound.length + pending.length, 'media item', 'media items'),
    ...(media.shared.length === 0
      ? []
      : [count(media.shared.length, 'use of a shared media item', 'uses of shared media')]),
  ].join(', ')
  out.note(`Of ${[...found.names].join(' = ')} there are ${text} to be removed.`)
  const total = [
    sends.removed,
    aliases,
    contacts,
    windows,
    unanswered,
    media.own,
    media.shared,
    inbound,
    pending,
  ].flat().length
  // What is rebuilt from Kafka may know more than Redis.
  const isGo = (total > 0 || secret !== undefined) && (await confirm(session, 'Remove them for good?', yes))
  const optOuts =
    isGo && secret !== undefined ? await sayToAll(session, { tenant, names: found.names, secret }) : undefined
  if (isGo) await remove(session, tenant, found)
  report(session, found, { tenant, text, isDone: isGo, optOuts })
  return sends.open.length > 0 ? 1 : 0
}

/** How many opt-outs stand. */
async function sayToAll(
  session: Session,
  person: { tenant: string; names: ReadonlySet<string>; secret: string },
): Promise<number> {
  const optOuts = await spreadOptOuts(session, person)
  await sayForgotten(session, person)
  const facts = factsOf(session)
  await facts.forgetOptIns(await facts.findConsent(person.tenant, person.names))
  return optOuts
}

async function find(
  session: Session,
  { tenant, customer, kafka }: { tenant: string; customer: string; kafka: boolean },
): Promise<Findings> {
  const aliases = await findAliases(session.redis(), tenant, customer)
  const aliased = new Set([customer, ...aliases.flatMap(({ bsuid, phone }) => [bsuid, phone])])
  const contacts = await contactsOf(session).find(tenant, aliased)
  const names = new Set([...aliased, ...contacts.flatMap(({ record }) => [record.name, ...record.links.keys()])])
  const sends = await forgetCustomer(session.redis(), {
    tenant,
    names,
    dryRun: true,
    onProgress: (looked) => session.out.progress(`looking through the ledger: ${count(looked, 'entry', 'entries')}`),
  })
  const windows = await factsOf(session).findWindows(tenant, names)
  const unanswered = await factsOf(session).findUnanswered(tenant, names)
  const commandIds = new Set([...sends.removed, ...sends.open].map(({ commandId }) => commandId))
  const media = await findMedia(session, { tenant, names, commandIds })
  const found = kafka ? await findInKafka(session, { tenant, names }) : undefined
  session.out.endProgress()
  const copies = await findCopies(session, tenant, found?.media ?? [])
  const pending = await findPending(session, tenant, found?.media ?? [])
  return { names, sends, aliases, contacts, windows, unanswered, media, inbound: copies, pending, held: found?.held }
}

/** Of the customer's own media those that the media-server keeps a copy of. */
async function findCopies(
  session: Session,
  tenant: string,
  media: readonly InboundMediaItem[],
): Promise<InboundMediaItem[]> {
  const store = inboundStoreOf(session)
  const unique = [...new Map(media.map((one) => [inboundMediaId({ tenant, ...one }), one]))]
  const kept = await Promise.all(
    unique.map(async ([id, one]) => ((await store.head({ tenant, id })) === undefined ? [] : [one])),
  )
  return kept.flat()
}

/** Of the customer's own media those that the media-server is still to get. */
async function findPending(
  session: Session,
  tenant: string,
  media: readonly InboundMediaItem[],
): Promise<PendingMediaItem[]> {
  const idOf = (one: InboundMediaItem): string => inboundMediaId({ tenant, ...one })
  const wanted = new Set(media.map(idOf))
  const all = await createPendingMedia(session.mediaRedis()).all()
  return all.filter((one) => one.tenant === tenant && wanted.has(idOf(one)))
}

function factsOf(session: Session) {
  return createFactStore(session.redis(), { prefix: session.config().topics.prefix })
}

function contactsOf(session: Session) {
  return createContactCopy(session.redis(), { prefix: session.config().topics.prefix })
}

/** From Kafka first: what Redis has lost comes back from there. */
async function forgetContacts(session: Session, contacts: readonly FoundContact[]): Promise<void> {
  if (contacts.length === 0) return
  const owners = contacts.map(({ tenant, scope, record }) => ({ tenant, scope, name: record.name }))
  const topic = session.topics().contacts
  if ((await topicNames(session)).includes(topic)) {
    const producer = await session.producer()
    const results = await producer.publish(
      owners.map(({ tenant, scope, name }) => ({ topic, key: `${tenant}:${scope}:${name}`, value: null, headers: {} })),
    )
    for (const result of results)
      if (result.kind !== 'stored') throw new Failure(`${topic} still has the customer’s names: ${result.detail}`)
  }
  await contactsOf(session).forget(owners)
}

function inboundStoreOf(session: Session) {
  return createMediaStore(session.mediaRedis(), {
    ttlAfterFetchMs: () => session.config().mediaTtlAfterFetchMs,
    room: 'inbound',
  })
}

async function remove(
  session: Session,
  tenant: string,
  { names, aliases, contacts, windows, unanswered, media, inbound, pending }: Findings,
): Promise<void> {
  // First, or it may become a copy after those that there are were removed.
  const waiting = createPendingMedia(session.mediaRedis())
  for (const one of pending) await waiting.settle(one, undefined)
  const copies = inboundStoreOf(session)
  for (const { id } of media.own) await session.mediaStore().remove({ tenant, id })
  for (const { id, ...uses } of media.shared) await session.mediaStore().forgetUses({ tenant, id }, uses)
  for (const one of inbound) await copies.remove({ tenant, id: inboundMediaId({ tenant, ...one }) })
  await forgetCustomer(session.redis(), { tenant, names })
  // And those that were written meanwhile.
  const facts = factsOf(session)
  await facts.forgetWindows([...windows, ...(await facts.findWindows(tenant, names))])
  await facts.forgetUnanswered([...unanswered, ...(await facts.findUnanswered(tenant, names))])
  // Last: should this be cut off, the next run still knows that both names are one customer.
  await forgetContacts(session, contacts)
  for (const { key } of aliases) await session.redis().unlink(key)
}

function report(
  { out }: Session,
  { names, sends, aliases, contacts, windows, unanswered, media, inbound, pending, held }: Findings,
  { tenant, text, isDone, optOuts }: { tenant: string; text: string; isDone: boolean; optOuts: number | undefined },
): void {
  const lines = [
    isDone ? `Removed ${text}.` : 'Nothing was removed.',
    ...(optOuts === undefined
      ? []
      : [`Whatever is rebuilt from Kafka forgets it too; ${count(optOuts, 'opt-out stands', 'opt-outs stand')}.`]),
    ...(sends.open.length === 0
      ? []
      : [`${count(sends.open.length, 'send')} not finished yet, and left: run it again later.`]),
    ...media.shared.map(
      ({ id }) =>
        `The media ${id} went to others too, and stays until it expires; that it went to this customer does not.`,
    ),
    ...(held ?? []).map(
      ({ topic, records, goneBy }) =>
        `Kafka holds ${count(records, 'record')} in ${topic}, ${goneBy === undefined ? 'for ever' : `until ${goneBy} or, where its segment has newer records, some time after`}.`,
    ),
    ...(held?.length === 0 ? ['Kafka holds nothing.'] : []),
    ...(held === undefined ? ['Kafka was not looked through.'] : []),
  ]
  const value = {
    tenant,
    customer: [...names],
    done: isDone,
    rebuilt: optOuts !== undefined,
    optOuts,
    ledger: sends.removed.length,
    open: sends.open.length,
    aliases: aliases.length,
    names: contacts.length,
    windows: windows.length,
    unanswered: unanswered.length,
    media: media.own.map(({ id }) => id),
    inboundMedia: inbound.length,
    pendingMedia: pending.length,
    sharedMedia: media.shared.map(({ id }) => id),
    kafka: held,
  }
  out.result(value, lines.join('\n'))
}
