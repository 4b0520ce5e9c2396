import type { Router } from 'express'
import { textOf } from '../phone/press.ts'
import type { Message } from '../store/entities.ts'
import type { World } from '../world.ts'

const DEFAULT_LIST = 5_000
const DEFAULT_PAGE = 100
const PREVIEW_LENGTH = 120

/** The page's view: a list of conversations, and one of them page by page from its end. */
export function conversationRoutes(router: Router, { store }: World): void {
  router.get('/conversations', (request, response) => {
    const limit = numberOf(request.query.limit, DEFAULT_LIST)
    const offset = numberOf(request.query.offset, 0)
    const search = typeof request.query.search === 'string' ? request.query.search.toLowerCase() : ''
    const all = [...store.conversations()]
      .flatMap((messages) => {
        const last = messages.at(-1)
        return last === undefined
          ? []
          : [{ last, count: messages.length, customer: store.get('customer', last.customerId) }]
      })
      .filter(({ last, customer }) => `${customer?.name ?? ''} ${last.customerId}`.toLowerCase().includes(search))
      .toSorted((a, b) => b.last.seq - a.last.seq)
    response.json({
      total: all.length,
      conversations: all.slice(offset, offset + limit).map(({ last, count, customer }) => ({
        sender: last.sender,
        customer,
        count,
        last: {
          id: last.id,
          seq: last.seq,
          at: last.at,
          direction: last.direction,
          state: last.state,
          takenAt: last.takenAt,
          preview: previewOf(last),
        },
      })),
    })
  })

  router.get('/conversations/:sender/:customer', (request, response) => {
    const { sender, customer } = request.params
    const before = numberOf(request.query.before, Number.POSITIVE_INFINITY)
    const limit = numberOf(request.query.limit, DEFAULT_PAGE)
    const all = store.conversation(sender, customer)
    // Ordered by arrival: the end of the part before `before`.
    let end = all.length
    while (end > 0 && (all[end - 1]?.seq ?? 0) >= before) end--
    const start = Math.max(0, end - limit)
    response.json({ messages: all.slice(start, end), earlier: start, total: all.length })
  })
}

function previewOf(message: Message): string {
  const text = textOf(message.bubble) || message.bubble.template?.name || message.bubble.kind
  return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text
}

function numberOf(value: unknown, otherwise: number): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isInteger(number) && number >= 0 ? number : otherwise
}
