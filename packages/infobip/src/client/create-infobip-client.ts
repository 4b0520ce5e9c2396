import type { MessagesApiRequest } from '../wire/messages.ts'
import type { OmniAdvancedRequest } from '../wire/omni.ts'
import { whatsAppMessagePaths } from '../wire/whatsapp.ts'
import type {
  WhatsAppEventRequest,
  WhatsAppMessage,
  WhatsAppMessageKind,
  WhatsAppTemplateRequest,
} from '../wire/whatsapp.ts'
import type { ExchangeResult, ExchangeTrace, InfobipRequest, Transport } from './exchange.ts'
import { BLOCKLIST_PAGE } from '../answers/read-blocklist.ts'
import { readNotices, type Notices } from '../answers/read-notices.ts'
import { decodeBody } from './decode-body.ts'
import { endpointOf } from './endpoint-of.ts'
import { createMediaOpener } from './open-media.ts'
import type { MediaResult, OpenMediaOptions } from './open-media.ts'
import { createUndiciTransport } from './undici-transport.ts'

export interface InfobipClientOptions {
  /** The account's own: `https://xxxxx.api.infobip.com`. */
  baseUrl: string
  /** A function, so that the key can be changed and need not be held by anyone else. */
  apiKey: string | (() => string)
  /** Lookup, connect and TLS, each: default 5 s. Nothing was sent when it runs out. */
  connectMs?: number
  /** The whole exchange: default 20 s. What runs out after the connection stands is `unknown`. */
  answerMs?: number
  /** Default 1 MiB: a thousand log lines have about half of it. */
  maxAnswerBytes?: number
  userAgent?: string
  trace?: ExchangeTrace
  /** Hears what the headers of each answer say beside it. Must not throw. */
  onNotices?: (endpoint: string, notices: Notices) => void
  /** Default: undici with a connection pool of its own. One given here has its own `connectMs`, and is not closed by `close()`. */
  transport?: Transport
}

export interface CallOptions {
  signal?: AbortSignal
  /** Instead of the client's own. */
  trace?: ExchangeTrace
  /** Added to the request; `authorization` is the client's. */
  headers?: Readonly<Record<string, string>>
  /** Instead of the client's own. */
  answerMs?: number
  /** Instead of the client's own. */
  maxAnswerBytes?: number
}

/** No call rejects and none is retried: what happened is a value, and `readResponse` says what it means. */
export interface InfobipClient {
  /** A request built elsewhere, its body serialised once for the wire and the log. */
  send(request: InfobipRequest, options?: CallOptions): Promise<ExchangeResult>
  sendOmni(message: OmniAdvancedRequest, options?: CallOptions): Promise<ExchangeResult>
  sendWhatsApp(
    kind: Exclude<WhatsAppMessageKind, 'template'>,
    message: WhatsAppMessage,
    options?: CallOptions,
  ): Promise<ExchangeResult>
  sendWhatsAppTemplate(message: WhatsAppTemplateRequest, options?: CallOptions): Promise<ExchangeResult>
  sendMessages(message: MessagesApiRequest, options?: CallOptions): Promise<ExchangeResult>
  /** Checks without sending, more strictly than sending does; at most 10 a second. */
  validateMessages(message: MessagesApiRequest, options?: CallOptions): Promise<ExchangeResult>
  /** The typing indicator, which also marks as read. */
  sendEvent(event: WhatsAppEventRequest, options?: CallOptions): Promise<ExchangeResult>
  /** 204; at most 10 a second. */
  markAsRead(sender: string, messageId: string, options?: CallOptions): Promise<ExchangeResult>
  /** At most `maxLogIds`; the endpoint takes 120 requests a minute, so ids are asked for together. See `readLogs`. */
  omniLogs(messageIds: readonly string[], options?: CallOptions): Promise<ExchangeResult>
  /** Harmless reads: whether the key is good and the account answers. */
  scenarios(options?: CallOptions): Promise<ExchangeResult>
  /** At most 100. See `readSenderQuality`. */
  sendersQuality(senders: readonly string[], options?: CallOptions): Promise<ExchangeResult>
  /** A page of whom Infobip sends nothing, from 0 on; one question a second. See `readBlocklist`. */
  blocklist(page: number, options?: CallOptions): Promise<ExchangeResult>
  /** All templates of the number's business account. See `readTemplateList`. */
  templates(sender: string, options?: CallOptions): Promise<ExchangeResult>
  /** A customer's media as a stream. The key goes to the hosts that are allowed, never along a redirect. */
  openInboundMedia(url: string, options: OpenMediaOptions): Promise<MediaResult>
  /** Takes no call any more, and ends with the last answer. */
  close(): Promise<void>
}

const DEFAULT_CONNECT_MS = 5_000
const DEFAULT_ANSWER_MS = 20_000
const DEFAULT_MAX_ANSWER_BYTES = 1024 * 1024
/** A hundred UUIDs make a URL of 5 kB: below the 8 kB that common gateways take, and 12,000 ids a minute at the endpoint's limit. */
export const maxLogIds = 100
/** Infobip's most; a WhatsApp failover has a line a step, and the last ids must not be cut off. */
const LOG_LINES_LIMIT = 1000

/** A typed client of one Infobip account. Throws only on a base URL that is no http(s) origin. */
export function createInfobipClient(options: InfobipClientOptions): InfobipClient {
  const base = readBaseUrl(options.baseUrl)
  const {
    apiKey,
    userAgent = 'imchannel-infobip',
    trace,
    connectMs = DEFAULT_CONNECT_MS,
    answerMs = DEFAULT_ANSWER_MS,
  } = options
  const { maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = options
  const transport = options.transport ?? createUndiciTransport({ origin: new URL(base).origin, connectMs })
  const authorization = (): string => `App ${typeof apiKey === 'string' ? apiKey : apiKey()}`

  const send = async (request: InfobipRequest, call: CallOptions = {}): Promise<ExchangeResult> => {
    const { method, path, body } = request
    const maxBytes = call.maxAnswerBytes ?? maxAnswerBytes
    const url = base + path
    const watch = call.trace ?? trace
    const startedAt = performance.now()
    watch?.onRequest?.({ method, url, body })
    const result = await transport.exchange({
      method,
      url,
      headers: {
        ...call.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // Without it some endpoints answer in XML.
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': userAgent,
        authorization: authorization(),
      },
      body,
      answerMs: call.answerMs ?? answerMs,
      maxAnswerBytes: maxBytes,
      signal: call.signal,
    })
    const durationMs = performance.now() - startedAt
    if (result.kind !== 'response') {
      watch?.onFailure?.({ url, kind: result.kind, cause: result.cause, durationMs })
      return result
    }
    const answer = decodeBody(result, maxBytes)
    if (options.onNotices !== undefined) options.onNotices(endpointOf(path), readNotices(answer.headers))
    watch?.onResponse?.({ url, status: answer.status, body: answer.body, durationMs })
    return { ...answer, parsed: answer.truncated ? undefined : parseJson(answer.body) }
  }
  const post = (path: string, body: unknown, call?: CallOptions): Promise<ExchangeResult> =>
    send({ method: 'POST', path, body: JSON.stringify(body) }, call)
  const get = (path: string, call?: CallOptions): Promise<ExchangeResult> => send({ method: 'GET', path }, call)

  const media = createMediaOpener({ base, authorization, connectMs, userAgent })

  return {
    send,
    sendOmni: (message, call) => post('/omni/1/advanced', message, call),
    sendWhatsApp: (kind, message, call) => post(whatsAppMessagePaths[kind], message, call),
    sendWhatsAppTemplate: (message, call) => post(whatsAppMessagePaths.template, message, call),
    sendMessages: (message, call) => post('/messages-api/1/messages', message, call),
    validateMessages: (message, call) => post('/messages-api/1/messages/validate', message, call),
    sendEvent: (event, call) => post('/whatsapp/1/events', event, call),
    markAsRead: (sender, messageId, call) => send({ method: 'POST', path: markAsReadPath(sender, messageId) }, call),
    omniLogs: (messageIds, call) => get(omniLogsPath(messageIds), call),
    scenarios: (call) => get('/omni/1/scenarios?limit=1', call),
    sendersQuality: (senders, call) => get(`/whatsapp/1/senders/quality?${listQuery('senders', senders)}`, call),
    blocklist: (page, call) => get(`/platform/1/blocklists?page=${page}&size=${BLOCKLIST_PAGE}`, call),
    templates: (sender, call) => get(`/whatsapp/2/senders/${encodeURIComponent(sender)}/templates`, call),
    openInboundMedia: (url, call) => media.open(url, call),
    close: async () => {
      media.close()
      if (options.transport === undefined) await transport.close()
    },
  }
}

export function markAsReadPath(sender: string, messageId: string): string {
  return `/whatsapp/1/senders/${encodeURIComponent(sender)}/message/${encodeURIComponent(messageId)}/read`
}

function omniLogsPath(messageIds: readonly string[]): string {
  return `/omni/1/logs?${listQuery('messageId', messageIds)}&limit=${LOG_LINES_LIMIT}`
}

/** Form style, exploded: the name again for each value, as the OpenAPI document has it. */
function listQuery(name: string, values: readonly string[]): string {
  return values.map((value) => `${name}=${encodeURIComponent(value)}`).join('&')
}

function readBaseUrl(text: string): string {
  const url = URL.parse(text)
  if (
    url === null ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.username !== '' ||
    url.search !== ''
  ) {
    throw new TypeError('baseUrl must be an http(s) URL without credentials or query, as https://xxxxx.api.infobip.com')
  }
  return url.origin + url.pathname.replace(/\/+$/u, '')
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
