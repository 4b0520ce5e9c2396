import { z } from 'zod'
import { addressRange, bearerSecret, duration, headerSecret, nonEmpty, oneOrMore, secret, webUrl } from './fields.ts'

const headerName = nonEmpty('header name')
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: () => 'must be the name of an HTTP header' })
  .transform((name) => name.toLowerCase())

const secrets = oneOrMore(secret, 'must have one')

const addresses = {
  addresses: z.array(addressRange).exactOptional().describe('The sender’s address must lie in one of these as well.'),
}

const basic = z.strictObject({
  type: z.literal('basic'),
  username: nonEmpty('user name').refine((name) => !name.includes(':'), {
    error: () => 'must have no ":", which ends the name in a header',
  }),
  password: secrets.describe('One, or several while they are being changed.'),
  ...addresses,
})

const hmac = z
  .strictObject({
    type: z.literal('hmac'),
    secret: secrets.describe('One, or several while they are being changed; used as UTF-8.'),
    header: headerName.describe(
      'Where the signature is: `X-Hub-Signature`, `X-Ib-Exchange-Req-Signature`, or as your profile says.',
    ),
    algorithm: z.enum(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64', 'auto']).default('auto').describe('`auto` takes either.'),
    prefix: z.string().default('').describe('Before the signature, in any case: `SHA1=`.'),
    scheme: z
      .enum(['body', 'timestamp+body'])
      .default('body')
      .describe('What is signed: the raw body, or the timestamp header’s text and the raw body.'),
    timestampHeader: headerName.exactOptional().describe('`X-Ib-Exchange-Req-Timestamp`; for `timestamp+body`.'),
    maxAge: duration(1_000, 365 * 86_400_000)
      .exactOptional()
      .describe('Refuses older timestamps. Off unless set: whether Infobip signs a repeat anew is not known.'),
    ...addresses,
  })
  .check((context) => {
    const { scheme, timestampHeader, maxAge } = context.value
    const needed = scheme === 'timestamp+body' && timestampHeader === undefined
    if (needed)
      context.issues.push({
        code: 'custom',
        path: ['timestampHeader'],
        message: 'is missing: the scheme "timestamp+body" needs it',
        input: undefined,
      })
    const idle = scheme === 'body' && (timestampHeader !== undefined || maxAge !== undefined)
    if (idle)
      context.issues.push({
        code: 'custom',
        path: ['scheme'],
        message: 'must be "timestamp+body" for a timestamp to be signed',
        input: scheme,
      })
  })

const bearer = z
  .strictObject({
    type: z.literal('bearer'),
    token: oneOrMore(bearerSecret, 'must have one').exactOptional().describe('Static tokens.'),
    jwksUrl: webUrl('URL').exactOptional().describe('Or: the keys against which a JWT is checked.'),
    issuer: nonEmpty('issuer').exactOptional(),
    audience: nonEmpty('audience').exactOptional(),
    subject: nonEmpty('subject').exactOptional(),
    ...addresses,
  })
  .check((context) => {
    const { token, jwksUrl, audience, subject } = context.value
    if ((token === undefined) === (jwksUrl === undefined))
      context.issues.push({ code: 'custom', message: 'must have either token or jwksUrl', input: context.value })
    // Any customer of a shared identity provider has a valid JWT of that issuer: all of them would be let in.
    if (jwksUrl !== undefined && audience === undefined && subject === undefined)
      context.issues.push({
        code: 'custom',
        path: ['audience'],
        message: 'is missing: a JWT needs an audience or a subject to be checked, its issuer may be shared',
        input: undefined,
      })
  })

const header = z.strictObject({
  type: z.literal('header'),
  name: headerName,
  value: oneOrMore(headerSecret, 'must have one').describe('One, or several while they are being changed.'),
  ...addresses,
})

const none = z.strictObject({ type: z.literal('none'), ...addresses })

/** How a webhook proves where it comes from. */
export const webhookAuthSchema = z.discriminatedUnion('type', [basic, hmac, bearer, header, none], {
  error: () => 'must have a type: basic, hmac, bearer, header or none',
})
