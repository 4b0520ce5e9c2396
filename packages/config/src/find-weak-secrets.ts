import type { Config, Tenant, WebhookAuth } from './config.ts'
import type { Secret } from './secret.ts'

/** Eight letters and digits are tried in days at the ten guesses a second that one address has; there are many addresses. */
const SHORTEST = 12
/** What every reader of the demo's configuration knows. */
const PUBLISHED = new Set(['demo-webhook-password', 'demo-media-token', 'demo-media-secret-0123456789abcdef'])

/** Secrets that a stranger could find, or has read. */
export function findWeakSecrets(config: Config): string[] {
  const named = Object.values(config.tenants).flatMap((tenant) => (tenant === undefined ? [] : secretsOf(tenant)))
  const short = named.filter(({ secret }) => secret.reveal().length < SHORTEST)
  const published = isLoopback(config.host) ? [] : named.filter(({ secret }) => PUBLISHED.has(secret.reveal()))
  return [
    ...short.map(({ path }) => `${path} has fewer than ${SHORTEST} characters: it can be guessed`),
    ...published.map(
      ({ path }) => `${path} is the demo's, which is published, and host is ${config.host}: take another`,
    ),
  ]
}

interface NamedSecret {
  readonly path: string
  readonly secret: Secret
}

function secretsOf({ id, webhookAuth, mediaTokens, mediaSecrets, forgetSecret }: Tenant): NamedSecret[] {
  const named = (name: string, secrets: readonly Secret[]): NamedSecret[] =>
    secrets.map((secret) => ({ path: `tenants.${id}.${name}`, secret }))
  return [
    ...webhookAuth.flatMap((way, index) => named(`webhookAuth[${index}]`, secretsOfWay(way))),
    ...named('mediaTokens', mediaTokens),
    ...named('mediaSecrets', mediaSecrets),
    ...named('forgetSecret', forgetSecret),
  ]
}

function secretsOfWay(way: WebhookAuth): readonly Secret[] {
  switch (way.type) {
    case 'basic':
      return way.password
    case 'hmac':
      return way.secret
    case 'bearer':
      return way.token ?? []
    case 'header':
      return way.value
    case 'none':
      return []
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
}
