import { decodeEvent, messageIdOf } from '@imchannel/events'
import { readRange } from '@imchannel/kafka'
import type { Fleet } from './fleet.ts'
import type { Written } from './load.ts'
import type { Taken } from './provider.ts'

/** What is wrong, a line each: all lists are empty where nothing was lost, doubled or reordered. */
export interface Tally {
  readonly lost: string[]
  readonly doubled: string[]
  readonly reordered: string[]
  readonly unreadable: string[]
}

/** What stands in Kafka, as a bot of today reads it. */
export interface Outcomes {
  /** Distinct `ce_id`s of accepted events, by command. */
  readonly accepted: ReadonlyMap<string, ReadonlySet<string>>
  /** Command id of each delivery event, by messageId. */
  readonly delivered: ReadonlyMap<string, string | undefined>
  /** messageIds of customers' messages by conversation, in the order of their partition. */
  readonly messages: ReadonlyMap<string, readonly string[]>
  /** Everything else that became of a command. */
  readonly refused: readonly string[]
  readonly unreadable: readonly string[]
}

export async function readOutcomes({ client, topics }: Fleet): Promise<Outcomes> {
  const accepted = new Map<string, Set<string>>()
  const delivered = new Map<string, string | undefined>()
  const messages = new Map<string, string[]>()
  const [refused, unreadable]: [string[], string[]] = [[], []]
  for (const topic of [topics.status, topics.inbound]) {
    for await (const record of readRange(client, { topic })) {
      const decoded = decodeEvent(record)
      if (decoded.outcome !== 'event') {
        unreadable.push(`${record.topic}-${record.partition}-${record.offset}`)
        continue
      }
      const { event } = decoded
      if (event.type === 'imchannel.message.accepted.v1') {
        const { commandId } = event.data
        accepted.set(commandId, (accepted.get(commandId) ?? new Set()).add(event.id))
      } else if (event.type === 'imchannel.message.rejected.v1' || event.type === 'imchannel.message.expired.v1') {
        refused.push(`${event.data.commandId}: ${event.data.error?.code}`)
      } else if (event.type === 'imchannel.message.delivery.v1') {
        delivered.set(event.data.messageId, event.data.commandId)
      } else if (event.type === 'imchannel.message.received.v1') {
        messages.set(event.key, [...(messages.get(event.key) ?? []), event.data.messageId])
      }
    }
  }
  return { accepted, delivered, messages, refused, unreadable }
}

/** Lays what was written beside what was taken and what stands in Kafka. Pure. */
export function tally(written: Written, taken: readonly Taken[], outcomes: Outcomes): Tally {
  const [lost, doubled, reordered]: [string[], string[], string[]] = [[], [], []]
  const takenIds = taken.map(({ text }) => text)
  const byCommand = Map.groupBy(takenIds, (id) => id)
  const byConversation = Map.groupBy(takenIds, (id) => id.replace(/-\d+$/, ''))
  for (const [key, ids] of written.commands) {
    for (const id of ids) {
      const requests = byCommand.get(id)?.length ?? 0
      if (requests === 0) lost.push(`command ${id} was never sent`)
      if (requests > 1) doubled.push(`command ${id} was sent ${requests} times`)
      const events = outcomes.accepted.get(commandIdOf(written, id))?.size ?? 0
      if (events === 0) lost.push(`command ${id} has no outcome`)
      if (events > 1) doubled.push(`command ${id} has ${events} outcomes`)
    }
    const [first] = ids
    const inOrder = byConversation.get(first?.replace(/-\d+$/, '') ?? '') ?? []
    if (inOrder.join() !== [...inOrder].sort(byNumber).join())
      reordered.push(`commands of ${key}: ${inOrder.join(' ')}`)
  }
  for (const [key, ids] of written.messages) {
    const found = outcomes.messages.get(key) ?? []
    lost.push(...ids.filter((id) => !found.includes(id)).map((id) => `message ${id} is not in Kafka`))
    const repeated = found.filter((id, index) => found.indexOf(id) !== index)
    doubled.push(...repeated.map((id) => `message ${id} is in Kafka more than once`))
    if (found.join() !== [...found].sort(byNumber).join()) reordered.push(`messages of ${key}: ${found.join(' ')}`)
  }
  const commandOf = new Map(taken.map(({ messageId, text }) => [messageId, commandIdOf(written, text)]))
  for (const messageId of written.reports) {
    const command = outcomes.delivered.get(messageId)
    if (command !== commandOf.get(messageId)) lost.push(`the report on ${commandOf.get(messageId)} names ${command}`)
  }
  for (const line of outcomes.refused) lost.push(`command ${line}`)
  if (written.media.broken > 0) lost.push(`${written.media.broken} downloads were not whole`)
  for (const { messageId, text } of taken) {
    const tenant = text.split('-').slice(0, -2).join('-')
    if (messageId !== messageIdOf(tenant, commandIdOf(written, text)))
      doubled.push(`command ${text} went out as ${messageId}`)
  }
  return { lost, doubled, reordered, unreadable: [...outcomes.unreadable] }
}

/** By what a command says. */
export function commandIdOf({ placeIds }: Pick<Written, 'placeIds'>, text: string): string {
  return placeIds.get(text) ?? text
}

function byNumber(one: string, other: string): number {
  return Number(one.split('-').at(-1)) - Number(other.split('-').at(-1))
}
