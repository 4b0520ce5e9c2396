import { Secret, type WebhookAuth } from '@imchannel/config'
import { accepted, type AuthRequest, type AuthVerdict, headerOf, refused } from './auth-request.ts'
import { equalsAny } from './equals-any.ts'

type Basic = Extract<WebhookAuth, { type: 'basic' }>

/** User names as something that compares in constant time; for as long as the configuration that they are of. */
const userNames = new WeakMap<Basic, Secret>()
const scheme = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i

/** User name and password of RFC 7617, in UTF-8. */
export function checkBasic(way: Basic, { headers }: AuthRequest): AuthVerdict {
  const authorization = headerOf(headers, 'authorization')
  if (authorization === undefined) return refused('no_credentials')
  const [, encoded] = scheme.exec(authorization) ?? []
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 0) return refused('malformed_credentials')
  // Both are compared whatever the first one says: the time tells nothing about which was wrong.
  const user = userNameOf(way).equals(decoded.slice(0, colon))
  const password = equalsAny(way.password, decoded.slice(colon + 1))
  return user && password ? accepted : refused('wrong_credentials')
}

function userNameOf(way: Basic): Secret {
  const known = userNames.get(way)
  if (known) return known
  const name = new Secret(way.username)
  userNames.set(way, name)
  return name
}
