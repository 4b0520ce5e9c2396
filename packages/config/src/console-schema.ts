import { z } from 'zod'
import { nonEmpty, oneOrMore, secret, webUrl, wholeNumber } from './fields.ts'
import { Secret } from './secret.ts'

const headerName = nonEmpty('header name')
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: () => 'must be the name of an HTTP header' })
  .transform((name) => name.toLowerCase())

const grants = z
  .array(
    z.strictObject({
      to: nonEmpty('user or group').describe('A user’s name, or a group’s; `*` is everybody who has logged in.'),
      role: z
        .enum(['viewer', 'operator', 'admin'])
        .describe(
          'Viewers see masks and change nothing. Operators may also reveal and replay; admins read the audit as well.',
        ),
      tenants: oneOrMore(nonEmpty('tenant'), 'must name a tenant').exactOptional().describe('Default: all.'),
    }),
  )
  .min(1, { error: () => 'must name somebody: nobody could see anything' })
  .describe('Who may do what. Of several that fit, the highest role of each tenant counts.')

const oidc = z.strictObject({
  kind: z.literal('oidc'),
  issuer: webUrl('URL').describe('The identity provider, as its discovery document names it.'),
  clientId: nonEmpty('client id'),
  clientSecret: secret,
  scope: nonEmpty('scope').default('openid profile email').describe('Asked for at the login.'),
  nameClaim: nonEmpty('claim').default('email').describe('What a user is called, in grants and in the audit.'),
  groupsClaim: nonEmpty('claim').default('groups').describe('The user’s groups, a text or a list.'),
  grants,
})

const proxy = z.strictObject({
  kind: z.literal('proxy'),
  userHeader: headerName
    .default('x-forwarded-user')
    .describe('The user’s name, from `trustedProxies` alone; whoever else asks is refused.'),
  groupsHeader: headerName.default('x-forwarded-groups').describe('The user’s groups, with commas between them.'),
  grants,
})

const basic = z.strictObject({
  kind: z.literal('basic'),
  users: z
    .array(z.strictObject({ name: nonEmpty('user name'), password: secret }))
    .min(1, { error: () => 'must name a user' }),
  grants,
})

const none = z.strictObject({ kind: z.literal('none') })

const auth = z.preprocess(
  (value) => (value === 'none' ? { kind: 'none' } : value),
  z.discriminatedUnion('kind', [oidc, proxy, basic, none], {
    error: () => 'must have a kind: oidc, proxy, basic or none',
  }),
)

const store = nonEmpty('folder or postgres:// URL').transform(
  (value, context): { readonly folder: string } | { readonly url: Secret } => {
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return { folder: value }
    // It may carry a password.
    if (/^postgres(ql)?:\/\//.test(value)) return { url: new Secret(value) }
    context.addIssue({ code: 'custom', message: 'must be a folder, or a URL that starts with postgres://' })
    return z.NEVER
  },
)

/** The operators’ console; the other services pass it by. */
export const consoleSchema = z
  .strictObject({
    url: webUrl('URL')
      .exactOptional()
      .describe('Where operators reach the console; needed for `oidc`, which sends them back there.'),
    store: store
      .exactOptional()
      .describe(
        'A folder for the embedded store, or the `postgres://` URL of a database, for several instances and for a history longer than Kafka’s. It may be emptied at any time and is read anew from Kafka. Default: the folder `.imchannel/console`. Restart to change.',
      ),
    retentionDays: wholeNumber(1, 3_650).default(30).describe('What is older is deleted from the store.'),
    jaegerUrl: webUrl('URL').exactOptional().describe('Where traces are looked at: the page links to it.'),
    emulatorUrl: webUrl('URL')
      .exactOptional()
      .describe('The emulator’s page, where there is one: the page links to it.'),
    auth: auth.describe(
      'How operators log in: `oidc`, `proxy` (another server has done it), `basic`, or `none`, which must be said and makes everybody an admin.',
    ),
  })
  .check((context) => {
    const { url, auth: way } = context.value
    if (way.kind === 'oidc' && url === undefined)
      context.issues.push({
        code: 'custom',
        path: ['url'],
        message: 'is missing: the identity provider sends people back to it',
        input: undefined,
      })
  })
