/** The servers that are attacked: the two that face the internet, and the two that a mistake may expose. */
export const TARGETS = ['ingress', 'media-server', 'dispatcher', 'emulator'] as const
export type Target = (typeof TARGETS)[number]

/** A request that is HTTP, whatever it holds. */
export interface HttpAttack {
  readonly kind: 'http'
  readonly target: Target
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
  /** Whether the length of the body is said beforehand. */
  readonly chunked: boolean
}

/** Bytes on a connection, which may be HTTP or not; the client's side of it is closed after them, unless it stalls. */
export interface RawAttack {
  readonly kind: 'raw'
  readonly target: Target
  /** Whether it could be read in two ways, so that it has to be refused. */
  readonly mustRefuse: boolean
  /** Whether nothing follows, not even an end. */
  readonly stalls?: boolean
  /** Written one after the other. */
  readonly pieces: readonly Buffer[]
}

export type Attack = HttpAttack | RawAttack

/** What came back. */
export type Outcome =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
      readonly body: string
    }
  /** The connection ended without an answer: all right for what is no HTTP. */
  | { readonly kind: 'closed' }
  /** Nothing came, and nothing ended, for longer than any limit of ours. */
  | { readonly kind: 'hung' }
