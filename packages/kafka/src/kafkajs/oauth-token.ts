import { readFile } from 'node:fs/promises'
import { type TokenSource, reveal } from '../settings.ts'

/** A token endpoint that has not answered by then is treated as away; kafkajs then tries again. */
const TOKEN_TIMEOUT_MS = 10_000

/**
 * Asks an OIDC token endpoint for an access token by client credentials (RFC 6749 §4.4). kafkajs asks again before
 * each authentication, so nothing is kept here.
 *
 * @throws Error naming endpoint and status; never with the secret or the answer's body.
 */
export async function fetchOauthToken(source: TokenSource): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (source.scope !== undefined) form.set('scope', source.scope)
  const headers = { accept: 'application/json', ...(await credentialsOf(source, form)) }
  const response = await fetch(source.tokenEndpoint, {
    method: 'POST',
    headers,
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

/** By secret as a header (RFC 6749 §2.3.1), or by a JWT of somebody whom the endpoint trusts (RFC 7523 §2.2). */
async function credentialsOf(
  { clientId, clientSecret, clientAssertionFile }: TokenSource,
  form: URLSearchParams,
): Promise<{ authorization?: string }> {
  if (clientAssertionFile !== undefined) {
    form.set('client_id', clientId)
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    // Read each time: Kubernetes writes a new one every hour.
    form.set('client_assertion', (await readFile(clientAssertionFile, 'utf8')).trim())
    return {}
  }
  if (clientSecret === undefined)
    throw new Error('Kafka SASL token: neither clientSecret nor clientAssertionFile is given')
  const credentials = [clientId, reveal(clientSecret)].map(encodeURIComponent).join(':')
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}
