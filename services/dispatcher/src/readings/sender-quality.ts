import { ROOT_CONTEXT } from '@opentelemetry/api'
import { z } from 'zod'
import { readSenderQuality } from '@imchannel/infobip'
import type { ReadAnswer, SenderQuality } from '@imchannel/infobip'
import type { AccountInUse } from '../adapters/accounts.ts'
import { callInfobip } from '../adapters/call-infobip.ts'
import type { Look, ReadAccount, ReadingStore } from './reading-store.ts'

/** How WhatsApp rates a number, as it was read last. */
export interface KnownQuality extends SenderQuality {
  readonly tenant: string
  /** As the configuration names it. */
  readonly account: string
  readonly ageMs: number
}

/** What is known of the numbers' quality. Answers from memory at once; what is too old is not known. */
export interface SenderQualities {
  find(tenant: string, sender: string): KnownQuality | undefined
  all(): readonly KnownQuality[]
  /** What all instances have read. */
  setLooks(looks: readonly (ReadAccount & Look)[]): void
}

const kept = z.object({
  readAt: z.number(),
  senders: z.array(
    z.object({
      sender: z.string(),
      rating: z.string().optional(),
      status: z.string().optional(),
      limit: z.string().optional(),
    }),
  ),
})
type Kept = z.infer<typeof kept>

/** Infobip's most for one request. */
const MOST_SENDERS = 100

/** Reads the quality of all numbers of an account. */
export async function readQuality(
  account: AccountInUse,
  store: Pick<ReadingStore, 'write' | 'now'>,
  signal: AbortSignal,
): Promise<ReadAnswer<unknown>> {
  const { tenant, settings, client } = account
  const numbers = settings.senders.map(({ number }) => number)
  const readAt = await store.now()
  const senders: SenderQuality[] = []
  for (let at = 0; at < numbers.length; at += MOST_SENDERS) {
    const ask = { method: 'GET', template: '/whatsapp/1/senders/quality', askers: [ROOT_CONTEXT] } as const
    const result = await callInfobip(account, ask, (call) =>
      client.sendersQuality(numbers.slice(at, at + MOST_SENDERS), { ...call, signal }),
    )
    const answer = readSenderQuality(result, Date.now())
    if (answer.kind !== 'read') return answer
    senders.push(...answer.value.filter(({ sender }) => numbers.includes(sender)))
  }
  const value: Kept = { readAt, senders }
  await store.write('quality', `${tenant}/${settings.id}`, value)
  return { kind: 'read', value }
}

type Held = Omit<KnownQuality, 'ageMs'> & { readonly readAt: number }

/** `freshMs`: what was read longer ago is not known. */
export function createSenderQualities({ now, freshMs }: { now: () => number; freshMs: number }): SenderQualities {
  let known = new Map<string, Held>()

  function withAge(one: Held): KnownQuality | undefined {
    const { readAt, ...rest } = one
    const ageMs = Math.max(0, now() - readAt)
    return ageMs > freshMs ? undefined : { ...rest, ageMs }
  }

  return {
    find: (tenant, sender) => {
      const one = known.get(`${tenant}:${sender}`)
      return one === undefined ? undefined : withAge(one)
    },
    all: () => [...known.values()].map(withAge).filter((one) => one !== undefined),
    setLooks: (looks) => {
      known = new Map(
        looks.flatMap(({ tenant, name, quality }) => {
          const account = name.slice(tenant.length + 1)
          const { readAt, senders } = readKept(quality)
          return senders.map((one) => [`${tenant}:${one.sender}`, { ...one, tenant, account, readAt }] as const)
        }),
      )
    },
  }
}

function readKept(text: string | undefined): Kept {
  const nothing: Kept = { readAt: 0, senders: [] }
  if (text === undefined) return nothing
  try {
    return kept.safeParse(JSON.parse(text)).data ?? nothing
  } catch {
    return nothing
  }
}
