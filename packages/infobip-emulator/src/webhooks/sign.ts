import { createHmac } from 'node:crypto'
import type { WebhookAuth } from '../settings.ts'

/** The headers by which the receiver knows that a webhook is from Infobip. The signature is over the raw bytes. */
export function authHeaders(auth: WebhookAuth, body: string, now: number): Record<string, string> {
  switch (auth.type) {
    case 'none':
      return {}
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
    case 'bearer':
      return { authorization: `Bearer ${auth.token}` }
    case 'header':
      return { [auth.name]: auth.value }
    case 'hmac': {
      const timestamp = String(Math.trunc(now))
      const stamped = auth.base === 'timestamp+body'
      const hmac = createHmac(auth.algorithm, auth.secret).update(stamped ? timestamp + body : body)
      return {
        [auth.header]: auth.prefix + hmac.digest(auth.encoding),
        ...(stamped ? { [auth.timestampHeader]: timestamp } : {}),
      }
    }
  }
}
