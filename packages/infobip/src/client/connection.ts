import type { Socket } from 'node:net'
import { Client } from 'undici'
import type { Dispatcher } from 'undici'
import { connect } from './connect.ts'
import type { TlsSessions } from './connect.ts'

/** Whom a connection tells that it is going to carry the request. */
export interface Carried {
  carriedBy(connection: Connection): void
}

export interface ConnectionOptions extends Client.Options {
  phaseMs: number
  sessions: TlsSessions
}

/** A pool's connection that can be reset, which undici itself closes in order. */
export class Connection extends Client {
  readonly #link: { carrier: Socket | undefined }

  constructor(origin: URL, { phaseMs, sessions, ...options }: ConnectionOptions) {
    const link: { carrier: Socket | undefined } = { carrier: undefined }
    super(origin, {
      ...options,
      connect: ({ protocol, hostname, port }, done) =>
        connect({ protocol, hostname, port }, { phaseMs, sessions }, (error, connected) => {
          link.carrier = connected?.carrier
          if (connected === undefined) done(error ?? new Error('not connected'), null)
          else done(null, connected.socket)
        }),
    })
    this.#link = link
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler & Partial<Carried>,
  ): boolean {
    handler.carriedBy?.(this)
    return super.dispatch(options, handler)
  }

  /**
   * Ends the connection at once: what the system still holds of a request never leaves. An orderly close delivers it, be it a
   * minute later when a network is back, to a server that no longer finds anybody to answer.
   */
  reset(): void {
    this.#link.carrier?.resetAndDestroy()
  }
}
