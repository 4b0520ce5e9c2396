import { conversationKey } from '@imchannel/events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Exchange } from './door.ts'
import type { Fact } from './facts.ts'
import { tenantOfKey } from './tenants.ts'

/** Where facts are written down as they happen: a file of a process that nothing kills. */
export interface Book {
  note(fact: Fact): void
  /** How many commands are noted. */
  readonly commands: number
  /** Everything that is written, from the file. */
  read(): Promise<Fact[]>
}

export function openBook(path: string): Book {
  const file = createWriteStream(path)
  let commands = 0
  return {
    note: (fact) => {
      if (fact.kind === 'command') commands++
      file.write(`${JSON.stringify(fact)}\n`)
    },
    get commands() {
      return commands
    },
    read: async () => {
      await new Promise<void>((resolve) => file.end(() => resolve()))
      const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
      // `as`: these lines are of this very process.
      return lines.map((line) => JSON.parse(line) as Fact)
    },
  }
}

/** Commands name themselves in their text, whatever messageId they are sent under. */
export function markOf(commandId: string): string {
  return `#${commandId}#`
}

/** The command that names itself so in a text. */
export function readMark(text: string): string | undefined {
  return /#([a-z0-9.-]+)#/.exec(text)?.[1]
}

/** What an exchange with Infobip was: a send, a question to the logs, or nothing that is counted. */
export function factOfExchange({
  seq,
  at,
  madeAt,
  method,
  url,
  authorization,
  process: by,
  body,
  answer,
  leftAt,
}: Exchange): Fact | undefined {
  if (method === 'GET' && url.pathname === '/omni/1/logs') {
    if (answer?.status !== 200) return undefined
    const messageIds = url.searchParams.getAll('messageId').flatMap((list) => list.split(','))
    return { kind: 'question', at, answeredAt: answer.at, messageIds, by }
  }
  const text = body.toString('utf8')
  const commandId = readMark(text)
  if (method !== 'POST' || commandId === undefined) return undefined
  const retryAfterMs = answer?.retryAfter === undefined ? undefined : Number(answer.retryAfter) * 1_000
  return {
    kind: 'request',
    seq,
    at,
    madeAt,
    account: tenantOfKey(authorization) ?? '-',
    commandId,
    by,
    messageId: /"messageId":"([^"]+)"/.exec(text)?.[1] ?? '',
    ...(leftAt === undefined ? {} : { leftAt }),
    ...(answer === undefined
      ? {}
      : {
          answer: {
            at: answer.at,
            status: answer.status,
            readable: isJson(answer.body),
            ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
          },
        }),
  }
}

/** The results of a webhook that was answered 200. */
export function factsOfWebhook({ at, url, body, answer }: Exchange): Fact[] {
  if (answer?.status !== 200) return []
  if (url.pathname.endsWith('webhook')) return blocklistFacts(url, body, answer.at)
  const of = url.pathname.endsWith('onMessage')
    ? 'message'
    : url.pathname.endsWith('onSeenReport')
      ? 'seen'
      : 'delivery'
  // `as`: the emulator and the load wrote it; both give results with a messageId.
  const { results = [] } = JSON.parse(body.toString('utf8')) as { results?: { messageId: string }[] }
  return results.map(({ messageId }) => ({ kind: 'webhook', at, of, messageId }))
}

/** What Infobip told of its blocklist; of other changes the customer who makes them tells. */
function blocklistFacts(url: URL, body: Buffer, at: number): Fact[] {
  const [, tenant = ''] = url.pathname.split('/')
  // `as`: the emulator and the load wrote it; what is no change of the blocklist has no event.
  const { results = [] } = JSON.parse(body.toString('utf8')) as {
    results?: { event?: string; receivedAt: string; content: { sender?: string; destination: string } }[]
  }
  return results.flatMap(({ event, receivedAt, content: { sender = '-', destination } }) => {
    if (event !== 'BLOCK' && event !== 'UNBLOCK') return []
    return {
      kind: 'consent' as const,
      at,
      conversation: conversationKey({ tenant, business: sender, customer: destination }),
      source: 'blocklist' as const,
      state: event === 'BLOCK' ? ('optedOut' as const) : ('optedIn' as const),
      since: Date.parse(receivedAt.replace(/\+0000$/, 'Z')),
    }
  })
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'))
    return true
  } catch {
    return false
  }
}
