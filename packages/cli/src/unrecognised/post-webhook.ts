import { createHmac } from 'node:crypto'
import type { Tenant, WebhookAuth } from '@imchannel/config'

/** The headers by which ingress knows Infobip; undefined where the configuration alone cannot make them (a JWT). */
function credentialsOf(tenant: Tenant, body: string): Record<string, string> | undefined {
  for (const way of tenant.webhookAuth) {
    const headers = headersOf(way, body)
    if (headers !== undefined) return headers
  }
  return undefined
}

function headersOf(way: WebhookAuth, body: string): Record<string, string> | undefined {
  switch (way.type) {
    case 'none':
      return {}
    case 'basic': {
      const [password] = way.password
      return { authorization: `Basic ${Buffer.from(`${way.username}:${password?.reveal()}`).toString('base64')}` }
    }
    case 'bearer': {
      const [token] = way.token ?? []
      return token === undefined ? undefined : { authorization: `Bearer ${token.reveal()}` }
    }
    case 'header':
      return { [way.name]: way.value[0]?.reveal() ?? '' }
    case 'hmac': {
      const timestamp = way.scheme === 'body' ? '' : String(Date.now())
      const signature = createHmac(way.algorithm, way.secret[0]?.reveal() ?? '')
        .update(timestamp)
        .update(body)
        .digest(way.encoding === 'base64' ? 'base64' : 'hex')
      return {
        [way.header]: `${way.prefix}${signature}`,
        ...(way.timestampHeader === undefined ? {} : { [way.timestampHeader]: timestamp }),
      }
    }
  }
}

/** What ingress said: an answer, or why there is none. */
export type Posted = { readonly ok: true } | { readonly ok: false; readonly problem: string }

const ANSWER_MS = 30_000

/** Gives a body to ingress as Infobip would. */
export async function postWebhook(
  ingress: string,
  tenant: Tenant,
  { body, signal }: { body: string; signal: AbortSignal },
): Promise<Posted> {
  const credentials = credentialsOf(tenant, body)
  if (credentials === undefined) {
    return {
      ok: false,
      problem: `webhooks of ${tenant.id} are signed by an identity provider, which only Infobip can ask`,
    }
  }
  try {
    const answer = await fetch(`${ingress}/${tenant.id}/imchannel/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentials },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    })
    await answer.arrayBuffer()
    if (answer.ok) return { ok: true }
    const hint =
      answer.status === 401 || answer.status === 403
        ? '; is this the ingress of this configuration, and may this address send?'
        : ''
    return { ok: false, problem: `ingress answered ${answer.status}${hint}` }
  } catch (error) {
    signal.throwIfAborted()
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return { ok: false, problem: `ingress at ${ingress} does not answer (${cause}); name it by --ingress` }
  }
}
