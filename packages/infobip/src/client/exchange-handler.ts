import type { Dispatcher } from 'undici'
import type { Carried, Connection } from './connection.ts'
import { ExchangeFailure } from './exchange.ts'
import type { ExchangeResponse, TransportRequest, TransportResult } from './exchange.ts'

type ExchangeLimits = Pick<TransportRequest, 'answerMs' | 'maxAnswerBytes' | 'signal'>

/** Thrown into a request whose turn comes when it is wanted no more: nothing is written, and the connection stays. */
const GIVEN_UP = new ExchangeFailure('ABORTED', 'given up before it was sent')

/** Follows one request through the pool, and settles once. */
export class ExchangeHandler implements Dispatcher.DispatchHandler, Carried {
  readonly #settle: (result: TransportResult) => void
  readonly #limits: ExchangeLimits
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = (): void => this.#giveUp(new ExchangeFailure('ABORTED', 'the call was aborted'))
  readonly #chunks: Buffer[] = []
  #connection: Connection | undefined
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #status = 0
  #headers: ExchangeResponse['headers'] = {}
  #size = 0

  constructor(limits: ExchangeLimits, settle: (result: TransportResult) => void) {
    this.#limits = limits
    this.#settle = settle
    const { answerMs, signal } = limits
    this.#timer = setTimeout(
      () => this.#giveUp(new ExchangeFailure('ETIMEDOUT', `no answer within ${answerMs} ms`)),
      answerMs,
    )
    if (signal?.aborted === true) this.#onAbort()
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get isSettled(): boolean {
    return this.#settled
  }

  carriedBy(connection: Connection): void {
    this.#connection = connection
  }

  /** Called on a connection that stands, and is verified, just before the first byte is written: the border of `unknown`. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) throw GIVEN_UP
    this.#controller = controller
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ExchangeResponse['headers'],
  ): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#limits.maxAnswerBytes - this.#size
    this.#size += chunk.length
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    if (chunk.length <= room) return
    this.#answer(true)
    controller.abort(new ExchangeFailure('TOO_LARGE', 'the answer is larger than the limit'))
  }

  onResponseEnd(): void {
    this.#answer(false)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    this.#fail(new ExchangeFailure(error.code ?? error.name, error.message))
  }

  #answer(truncated: boolean): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#end({
      kind: 'response',
      status: this.#status,
      headers: this.#headers,
      body: body ?? Buffer.alloc(0),
      truncated,
    })
  }

  #fail(cause: ExchangeFailure): void {
    this.#end({ kind: this.#controller === undefined ? 'not-sent' : 'unknown', cause })
  }

  #giveUp(cause: ExchangeFailure): void {
    if (this.#settled) return
    this.#fail(cause)
    if (this.#controller === undefined) return
    this.#connection?.reset()
    this.#controller.abort(cause)
  }

  #end(result: TransportResult): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#timer)
    this.#limits.signal?.removeEventListener('abort', this.#onAbort)
    this.#settle(result)
  }
}
