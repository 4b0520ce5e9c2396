import type { Sent } from './sends.ts'

/**
 * What `reply.text(…)` returns: a promise of the send, which remembers whether anybody waits for it. A send that failed and that nobody
 * waits for fails the handler, instead of being lost or ending the process as an unhandled rejection.
 */
export class Sending extends Promise<Sent> {
  #watched = false

  /** Promises made from this one are ordinary. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  static of(send: Promise<Sent>): Sending {
    const sending = new Sending((resolve, reject) => {
      send.then(resolve, reject)
    })
    // It may fail before anybody had the time to look.
    void sending.failure()
    return sending
  }

  get isWatched(): boolean {
    return this.#watched
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  override then<A = Sent, B = never>(
    fulfilled?: ((sent: Sent) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#watched = true
    return super.then(fulfilled, rejected)
  }

  /** The error that it failed with, if it did; not a sign that somebody waits. */
  failure(): Promise<unknown> {
    return super.then(
      () => undefined,
      (error: unknown) => error,
    )
  }
}
