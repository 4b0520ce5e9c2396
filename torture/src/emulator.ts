import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiRequest, FaultInput, Message, Webhook } from '@imchannel/infobip-emulator'
import { SEQ_HEADER } from './door.ts'

/** Infobip's control paths, as far as a torture needs them. */
export interface Infobip {
  /** Each as `POST /_emulator/templates` takes it. */
  addTemplates(inputs: readonly object[]): Promise<void>
  /** A customer is put on Infobip's blocklist, or taken off it, and ingress is told. */
  changeBlocklist(change: BlocklistChange): Promise<void>
  setWeather(faults: readonly FaultInput[]): Promise<void>
  /** The door's numbers of the requests whose message was taken. */
  taken(): Promise<Set<number>>
  /** Webhooks that ingress has not taken yet; their retries are brought forward. */
  hurryWebhooks(): Promise<number>
}

export interface BlocklistChange {
  readonly event: 'BLOCK' | 'UNBLOCK'
  readonly account: string
  readonly sender: string
  readonly destination: string
}

/** Infobip's first retry comes after a minute, the next after two. */
const HURRY_MS = 300_000

export function connectInfobip(url: string): Infobip {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/_emulator/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`the emulator answered ${answer.status} to ${path}: ${await answer.text()}`)
    const text = await answer.text()
    // The emulator's own answer, whose shape the caller names.
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  return {
    addTemplates: async (inputs) => {
      for (const input of inputs) await call('POST', 'templates', input)
    },
    changeBlocklist: async (change) => {
      await call('POST', 'blocklist', { ...change, channel: 'WHATSAPP', sourceType: 'MO' })
    },
    setWeather: async (faults) => {
      await call('DELETE', 'faults')
      if (faults.length > 0) await call('POST', 'faults', faults)
    },
    taken: async () => {
      const { requests } = await call<{ requests: ApiRequest[] }>('GET', 'requests')
      const { messages } = await call<{ messages: (Message & { requestId?: string })[] }>('GET', 'messages')
      const seqOf = new Map(requests.map(({ id, headers }) => [id, Number(headers[SEQ_HEADER])]))
      return new Set(messages.flatMap(({ requestId }) => seqOf.get(requestId ?? '') ?? []))
    },
    hurryWebhooks: async () => {
      const waiting = async (): Promise<number> =>
        (await call<{ webhooks: Webhook[] }>('GET', 'webhooks?state=waiting')).webhooks.length
      if ((await waiting()) === 0) return 0
      await call('POST', 'clock', { advanceMs: HURRY_MS })
      await sleep(200)
      return waiting()
    },
  }
}
