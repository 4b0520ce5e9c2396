/** A request to Infobip, its body already serialised, so that what is logged is what is sent. */
export interface InfobipRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD'
  /** Path and query below the account's base URL: `/omni/1/advanced`. */
  path: string
  /** JSON. */
  body?: string
}

/** An answer was read, its body decoded. One over the size cap is cut and marked; what is not JSON has no `parsed`. */
export interface ExchangeResponse {
  kind: 'response'
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
  truncated: boolean
  parsed: unknown
}

/** No byte of the request left: it can be made again. */
export interface ExchangeNotSent {
  kind: 'not-sent'
  cause: ExchangeFailure
}

/** The request, or a part of it, left and no answer came: Infobip may have acted on it. */
export interface ExchangeUnknown {
  kind: 'unknown'
  cause: ExchangeFailure
}

export type ExchangeResult = ExchangeResponse | ExchangeNotSent | ExchangeUnknown

/** Why there is no answer. It holds a code and a sentence alone: no header, no key, no body. */
export class ExchangeFailure extends Error {
  /** Node's or the client's code: `ECONNREFUSED`, `ETIMEDOUT`, `ABORTED`, … */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'ExchangeFailure'
    this.code = code
  }
}

/** Where a caller sees what crosses the wire, to log it and to measure it. Headers with the key are not shown. */
export interface ExchangeTrace {
  onRequest?(request: { method: string; url: string; body: string | undefined }): void
  onResponse?(response: { url: string; status: number; body: Buffer; durationMs: number }): void
  onFailure?(failure: { url: string; kind: 'not-sent' | 'unknown'; cause: ExchangeFailure; durationMs: number }): void
}

/** One request over the wire. Never rejects and never retries: the caller decides what a failure means. */
export interface Transport {
  exchange(request: TransportRequest): Promise<TransportResult>
  /** Takes no request any more; ends with the last answer. */
  close(): Promise<void>
}

export interface TransportRequest {
  method: InfobipRequest['method']
  url: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
  answerMs: number
  maxAnswerBytes: number
  signal: AbortSignal | undefined
}

export type TransportResult = Omit<ExchangeResponse, 'parsed'> | ExchangeNotSent | ExchangeUnknown
