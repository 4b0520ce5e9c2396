import { type SecretText, reveal } from '../settings.ts'

/** A token endpoint that has not answered by then is treated as away; kafkajs then tries again. */
const TOKEN_TIMEOUT_MS = 10_000

/**
 * Asks an OIDC token endpoint for an access token by client credentials (RFC 6749 §4.4). kafkajs asks again before
 * each authentication, so nothing is kept here.
 *
 * @throws Error naming endpoint and status; never with the secret or the answer's body.
 */
export async function fetchOauthToken(source: {
  tokenEndpoint: string
  clientId: string
  clientSecret: SecretText
  scope?: string
}): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (source.scope !== undefined) form.set('scope', source.scope)
  const credentials = [source.clientId, reveal(source.clientSecret)].map(encodeURIComponent).join(':')
  const response = await fetch(source.tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, accept: 'application/json' },
    body: form,
    redirect: 'error',
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`Kafka SASL token: ${source.tokenEndpoint} answered ${response.status}`)
  const answer: unknown = await response.json()
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'access_token' in answer &&
    typeof answer.access_token === 'string'
  ) {
    return answer.access_token
  }
  throw new Error(`Kafka SASL token: ${source.tokenEndpoint} gave no access_token`)
}
