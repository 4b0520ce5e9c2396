import { Secret, type WebhookAuth } from '@imchannel/config'
import { accepted, type AuthRequest, type AuthVerdict, headerOf, refused } from './auth-request.ts'

/** A secret in a header of the subscription's own choice. */
export function checkHeader(way: Extract<WebhookAuth, { type: 'header' }>, { rawHeaders }: AuthRequest): AuthVerdict {
  const value = headerOf(rawHeaders, way.name)
  if (value === undefined) return refused('no_credentials')
  return Secret.equalsAny(way.value, value) ? accepted : refused('wrong_credentials')
}
