import type { FaultInput } from '../faults/fault.ts'
import type { ApiRequest, Message, Webhook } from '../store/entities.ts'
import { createPhone, type Phone, type PhoneOptions } from './phone.ts'

/** An emulator in another process, by its control paths. */
export interface RemoteEmulator {
  readonly url: string
  phone(number: string, options?: PhoneOptions): Phone
  requests(query?: Record<string, string>): Promise<ApiRequest[]>
  messages(query?: Record<string, string>): Promise<Message[]>
  webhooks(query?: Record<string, string>): Promise<Webhook[]>
  /** Any control path, without its `/_emulator/`: the answer as JSON. @throws ControlRefused */
  control(method: string, path: string, body?: unknown): Promise<unknown>
  addFault(fault: FaultInput): Promise<{ id: string }>
  clearFaults(): Promise<void>
  advance(ms: number): Promise<void>
  reset(): Promise<void>
}

/** Raised where a control path refuses: its status and its words. */
export class ControlRefused extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`the emulator answered ${status}: ${text}`)
    this.name = 'ControlRefused'
    this.status = status
  }
}

/** Speaks to an emulator that runs elsewhere: its base URL, as `http://127.0.0.1:3010`. */
export function connectEmulator(url: string): RemoteEmulator {
  const base = url.replace(/\/$/, '')
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${base}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new ControlRefused(response.status, text)
    return text === '' ? undefined : JSON.parse(text)
  }
  // What the control paths answer is our own: the shapes are those of the entities.
  const get = async <T>(path: string, query: Record<string, string> = {}): Promise<T[]> => {
    const answer = (await call('GET', `${path}?${new URLSearchParams(query).toString()}`)) as Record<string, T[]>
    return answer[path] ?? []
  }
  return {
    url: base,
    control: call,
    phone: (number, options = {}) =>
      createPhone(
        {
          ...options,
          inbound: async (body) => ((await call('POST', 'inbound', body)) as { messageId: string }).messageId,
          messages: (customer) => get<Message>('messages', { customer }),
        },
        number,
      ),
    requests: (query) => get('requests', query),
    messages: (query) => get('messages', query),
    webhooks: (query) => get('webhooks', query),
    addFault: async (fault) => (await call('POST', 'faults', fault)) as { id: string },
    clearFaults: async () => void (await call('DELETE', 'faults')),
    advance: async (ms) => void (await call('POST', 'clock', { advanceMs: ms })),
    reset: async () => void (await call('DELETE', 'state')),
  }
}
