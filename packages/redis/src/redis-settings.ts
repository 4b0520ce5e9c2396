/** Text that a configuration may wrap so that it never prints. */
export type SecretText = string | { reveal(): string }

interface Node {
  readonly host: string
  readonly port: number
}

interface Credentials {
  readonly username?: string | undefined
  readonly password?: SecretText | undefined
}

/** How to reach Redis: exactly one of `url`, `sentinel`, `cluster`. The shape of the configuration's `redis`. */
export interface RedisSettings {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. */
  readonly url?: SecretText | undefined
  readonly sentinel?:
    | (Credentials & {
        readonly name: string
        readonly nodes: readonly Node[]
        readonly sentinelUsername?: string | undefined
        readonly sentinelPassword?: SecretText | undefined
        readonly db?: number | undefined
      })
    | undefined
  readonly cluster?: (Credentials & { readonly nodes: readonly Node[] }) | undefined
  /** PEM texts; `true` for the system's authorities. A `rediss://` URL needs it only for an authority of one's own. */
  readonly tls?:
    | boolean
    | {
        readonly ca?: string | undefined
        readonly cert?: string | undefined
        readonly key?: SecretText | undefined
        readonly servername?: string | undefined
      }
    | undefined
}

export function reveal(secret: SecretText): string {
  return typeof secret === 'string' ? secret : secret.reveal()
}
