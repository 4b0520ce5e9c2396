import { EventEmitter } from 'node:events'
import type { Customer, Entities, EntityKind, Message } from './entities.ts'

/** How many of each kind are kept; the oldest go first. */
export interface Limits {
  messages: number
  requests: number
  webhooks: number
}

export interface StoreChange {
  kind: EntityKind
  id: string
  entity: Entities[EntityKind] | undefined
}

/** All that the emulator knows. Every change goes by `put` and `remove`, and so reaches the page and the journal. */
export interface Store {
  put<K extends EntityKind>(kind: K, entity: Entities[K]): void
  get<K extends EntityKind>(kind: K, id: string): Entities[K] | undefined
  all<K extends EntityKind>(kind: K): IterableIterator<Entities[K]>
  count(kind: EntityKind): number
  remove(kind: EntityKind, id: string): void
  clear(): void
  /** False for what a reset has forgotten while work on it was under way. */
  isCurrent(entity: { seq: number }): boolean
  /** The next number in the order of arrival. */
  nextSeq(): number
  /** The customer with this phone number, user id or other spelling of the number. */
  customerBy(name: string): Customer | undefined
  /** Messages with this messageId, oldest first: more than one where duplicates are accepted. */
  byMessageId(messageId: string): readonly Message[]
  /** Messages of one conversation, oldest first. */
  conversation(sender: string, customerId: string): readonly Message[]
  /** Every conversation's messages. */
  conversations(): IterableIterator<readonly Message[]>
  onChange(listener: (change: StoreChange) => void): () => void
}

/** In the order in which they are written down. */
export const KINDS: readonly EntityKind[] = [
  'customer',
  'scenario',
  'profile',
  'subscription',
  'template',
  'deletedTemplate',
  'sender',
  'blocked',
  'usage',
  'tally',
  'identity',
  'blob',
  'request',
  'webhook',
  'message',
]

/** Scenarios have a key, all the others an id. */
function idOf(kind: EntityKind, entity: Entities[EntityKind]): string {
  return kind === 'scenario' && 'key' in entity ? entity.key : 'id' in entity ? entity.id : ''
}

const conversationId = (sender: string, customerId: string): string => `${sender}:${customerId}`

export function createStore(limits: Limits): Store {
  const maps = Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as {
    [K in EntityKind]: Map<string, Entities[K]>
  } // fromEntries forgets which key has which map
  const conversations = new Map<string, Message[]>()
  const messageIds = new Map<string, Message[]>()
  /** Which customer has a name other than its id, or had it. */
  const names = new Map<string, string>()
  const changes = new EventEmitter<{ change: [StoreChange] }>()
  changes.setMaxListeners(0)
  let seq = 0
  /** Up to here everything is forgotten; a late change brings nothing of it back. */
  let clearedSeq = 0
  const evictedSeq: Partial<Record<EntityKind, number>> = {}
  const keep: Partial<Record<EntityKind, number>> = {
    message: limits.messages,
    request: limits.requests,
    webhook: limits.webhooks,
  }

  const forget = (kind: EntityKind, id: string): void => {
    const message = kind === 'message' ? maps.message.get(id) : undefined
    maps[kind].delete(id)
    if (message === undefined) return
    dropFrom(conversations, conversationId(message.sender, message.customerId), message)
    dropFrom(messageIds, message.messageId, message)
  }

  const forgetOldest = (kind: EntityKind): void => {
    const [oldest] = maps[kind].entries()
    if (oldest === undefined) return
    const [id, gone]: [string, Entities[EntityKind]] = oldest
    if ('seq' in gone && typeof gone.seq === 'number') evictedSeq[kind] = gone.seq
    forget(kind, id)
  }

  const index = (message: Message): void => {
    addTo(conversations, conversationId(message.sender, message.customerId), message)
    addTo(messageIds, message.messageId, message)
  }

  return {
    put(kind, entity) {
      const id = idOf(kind, entity)
      const map: Map<string, Entities[EntityKind]> = maps[kind]
      const isNew = !map.has(id)
      if (isNew && 'seq' in entity && entity.seq <= Math.max(clearedSeq, evictedSeq[kind] ?? 0)) return
      map.set(id, entity)
      if ('seq' in entity && entity.seq > seq) seq = entity.seq
      if (isNew && kind === 'message') index(entity as Message) // the kind says so
      if (kind === 'customer') for (const name of namesOf(entity as Customer)) names.set(name, id) // the kind says so
      changes.emit('change', { kind, id, entity })
      if (isNew && map.size > (keep[kind] ?? Infinity)) forgetOldest(kind)
    },
    get: (kind, id) => maps[kind].get(id),
    all: (kind) => maps[kind].values(),
    count: (kind) => maps[kind].size,
    remove(kind, id) {
      forget(kind, id)
      changes.emit('change', { kind, id, entity: undefined })
    },
    clear() {
      for (const kind of KINDS) maps[kind].clear()
      conversations.clear()
      messageIds.clear()
      names.clear()
      clearedSeq = seq
    },
    isCurrent: (entity) => entity.seq > clearedSeq,
    nextSeq: () => ++seq,
    customerBy(name) {
      const own = maps.customer.get(name)
      if (own !== undefined) return own
      const other = maps.customer.get(names.get(name) ?? '')
      return other !== undefined && other.left !== true && namesOf(other).includes(name) ? other : undefined
    },
    byMessageId: (messageId) => messageIds.get(messageId) ?? [],
    conversation: (sender, customerId) => conversations.get(conversationId(sender, customerId)) ?? [],
    conversations: () => conversations.values(),
    onChange(listener) {
      changes.on('change', listener)
      return () => changes.off('change', listener)
    },
  }
}

/** What a customer is known by, but for the id. */
function namesOf({ id, phone, userId, userIds = {}, aliases = [] }: Customer): string[] {
  return [phone, userId, ...Object.values(userIds), ...aliases].filter(
    (name) => name !== undefined && name !== id,
  ) as string[] // none is undefined now
}

function addTo(index: Map<string, Message[]>, key: string, message: Message): void {
  const list = index.get(key)
  if (list === undefined) index.set(key, [message])
  else list.push(message)
}

function dropFrom(index: Map<string, Message[]>, key: string, message: Message): void {
  const list = index.get(key)
  if (list === undefined) return
  // The oldest goes first nearly always.
  const at = list[0]?.id === message.id ? 0 : list.findIndex((one) => one.id === message.id)
  if (at >= 0) list.splice(at, 1)
  if (list.length === 0) index.delete(key)
}
