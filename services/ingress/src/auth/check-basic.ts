import { Secret, type WebhookAuth } from '@imchannel/config'
import { accepted, type AuthRequest, type AuthVerdict, headerOf, refused } from './auth-request.ts'

type Basic = Extract<WebhookAuth, { type: 'basic' }>

/** What is compared in constant time, for as long as the configuration that it is of. */
const expectations = new WeakMap<Basic, { readonly username: Secret; readonly headers: readonly Secret[] }>()
const scheme = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i

/** User name and password of RFC 7617, in UTF-8. */
export function checkBasic(way: Basic, { rawHeaders }: AuthRequest): AuthVerdict {
  const authorization = headerOf(rawHeaders, 'authorization')
  if (authorization === undefined) return refused('no_credentials')
  const { username, headers: expected } = expectationsOf(way)
  // As nearly every client writes it: one digest tells. Other spellings of the same credentials are read below.
  if (Secret.equalsAny(expected, authorization)) return accepted
  const [, encoded] = scheme.exec(authorization) ?? []
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 0) return refused('malformed_credentials')
  // Both are compared whatever the first one says: the time tells nothing about which was wrong.
  const user = username.equals(decoded.slice(0, colon))
  const password = Secret.equalsAny(way.password, decoded.slice(colon + 1))
  return user && password ? accepted : refused('wrong_credentials')
}

function expectationsOf(way: Basic) {
  const known = expectations.get(way)
  if (known) return known
  const headers = way.password.map(
    (password) => new Secret(`Basic ${Buffer.from(`${way.username}:${password.reveal()}`).toString('base64')}`),
  )
  const made = { username: new Secret(way.username), headers }
  expectations.set(way, made)
  return made
}
