import { api, follow } from './api.js'

/** What the page knows, and who wants to hear of changes. */
export function createModel() {
  const listeners = new Set()
  const conversations = new Map()
  const customers = new Map()
  const model = {
    accounts: [],
    traceLink: '',
    windowMs: 86_400_000,
    rules: 'lenient',
    /** Infobip's blocklist, by the entry's id. */
    blocked: new Map(),
    blocklistEntry,
    isBlocklisted: (sender, customer) => blocklistEntry(sender, customer) !== undefined,
    /** The emulator's clock against this machine's. */
    clockOffset: 0,
    clockRunning: true,
    now: () => (model.clockRunning ? Date.now() + model.clockOffset : model.stoppedAt),
    stoppedAt: 0,
    conversations,
    customers,
    /** Customers who have not written yet. */
    drafts: new Map(),
    senders: () => model.accounts.flatMap((account) => account.senders),
    senderName: (number) => model.senders().find((sender) => sender.number === number)?.name ?? number,
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    takeClock,
    load,
  }

  const tell = (change) => {
    for (const listener of listeners) listener(change)
  }

  function takeClock({ nowMs, running }) {
    model.clockOffset = nowMs - Date.now()
    model.clockRunning = running
    model.stoppedAt = nowMs
    tell({ type: 'clock' })
  }

  function blocklistEntry(sender, { id, phone, aliases = [] }) {
    const numbers = [phone ?? id, ...aliases]
    return [...model.blocked.values()].find(
      (one) =>
        numbers.includes(one.destination) &&
        (one.sender === undefined || one.sender === sender) &&
        (one.channel === undefined || one.channel === 'WHATSAPP'),
    )
  }

  async function load() {
    const [state, list] = await Promise.all([api.state(), api.conversations()])
    model.accounts = state.accounts
    model.traceLink = state.traceLink
    model.windowMs = state.windowMs
    model.rules = state.rules
    model.blocked = new Map(state.blocklist.map((one) => [one.id, one]))
    customers.clear()
    conversations.clear()
    for (const customer of state.customers) customers.set(customer.id, customer)
    for (const one of list.conversations) {
      const customer = one.customer ?? { id: '?' }
      conversations.set(keyOf(one.sender, customer.id), { ...one, key: keyOf(one.sender, customer.id), unread: 0 })
    }
    takeClock(state.clock)
    tell({ type: 'loaded' })
  }

  function apply(changes) {
    for (const { kind, id, entity } of changes) {
      if (kind === 'message' && entity !== undefined) noteMessage(entity)
      if (kind === 'blocked') {
        if (entity === undefined) model.blocked.delete(id)
        else model.blocked.set(id, entity)
      }
      if (kind === 'customer' && entity !== undefined) {
        customers.set(id, entity)
        for (const conversation of conversations.values()) {
          if (conversation.customer.id === id) conversation.customer = entity
        }
      }
    }
    tell({ type: 'changes', changes })
  }

  function noteMessage(message) {
    const key = keyOf(message.sender, message.customerId)
    const known = conversations.get(key)
    const last = {
      id: message.id,
      seq: message.seq,
      at: message.at,
      direction: message.direction,
      state: message.state,
      takenAt: message.takenAt,
      preview: previewOf(message),
    }
    if (known === undefined) {
      const customer = customers.get(message.customerId) ?? { id: message.customerId, phone: message.customerId }
      conversations.set(key, { key, sender: message.sender, customer, count: 1, last, unread: 1 })
      return
    }
    if (known.last.id === message.id) Object.assign(known.last, last)
    else if ((known.last.seq ?? 0) < message.seq && known.last.at <= message.at) {
      known.last = last
      known.count++
      if (message.direction === 'to-customer') known.unread++
      // The order of the map is the order of the list.
      conversations.delete(key)
      conversations.set(key, known)
    }
  }

  follow({
    onChanges: apply,
    onLost: () => tell({ type: 'lost' }),
    onBack: () => void load().then(() => tell({ type: 'back' })),
  })
  return model
}

export const keyOf = (sender, customerId) => `${sender}:${customerId}`

export function previewOf({ bubble }) {
  const text = bubble.text ?? bubble.header?.text ?? bubble.location?.name ?? bubble.media?.filename
  if (bubble.kind === 'reaction') return `${bubble.reaction.emoji ?? ''} reaction`
  if (text !== undefined && text !== '') return text
  return bubble.template === undefined
    ? bubble.kind
    : `${bubble.template.name} ${bubble.template.placeholders.join(' ')}`
}
