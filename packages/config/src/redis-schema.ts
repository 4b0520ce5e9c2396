import { z } from 'zod'
import { flag, nonEmpty, secret, wholeNumber } from './fields.ts'
import { Secret } from './secret.ts'

/** A URL may carry a password, so it is a secret as a whole. */
const redisUrl = nonEmpty('URL')
  .refine((value) => /^rediss?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: () => 'must be a URL that starts with redis:// or rediss://',
  })
  .transform((value) => new Secret(value))

const node = z.strictObject({ host: nonEmpty('host name'), port: wholeNumber(1, 65_535) })

const credentials = { username: nonEmpty('user name').exactOptional(), password: secret.exactOptional() }

const redisTls = z.union(
  [
    flag,
    z.strictObject({
      ca: nonEmpty('PEM certificate').exactOptional(),
      cert: nonEmpty('PEM certificate').exactOptional(),
      key: secret.exactOptional(),
      servername: nonEmpty('host name').exactOptional(),
    }),
  ],
  { error: () => 'must be true, false or { ca, cert, key, servername }' },
)

/** How to reach Redis: one of `url`, `sentinel`, `cluster`. */
export const redisSchema = z
  .strictObject({
    url: redisUrl.exactOptional().describe('`redis://user:password@host:6379/0`, or `rediss://` for TLS.'),
    sentinel: z
      .strictObject({
        name: nonEmpty('master name'),
        nodes: z.array(node).min(1, { error: () => 'must name a sentinel' }),
        sentinelUsername: nonEmpty('user name').exactOptional(),
        sentinelPassword: secret.exactOptional(),
        db: wholeNumber(0, 1_000_000).exactOptional(),
        ...credentials,
      })
      .exactOptional()
      .describe('`{name, nodes: [{host, port}], username?, password?, sentinelUsername?, sentinelPassword?, db?}`.'),
    cluster: z
      .strictObject({ nodes: z.array(node).min(1, { error: () => 'must name a node' }), ...credentials })
      .exactOptional()
      .describe('`{nodes: [{host, port}], username?, password?}`.'),
    tls: redisTls
      .exactOptional()
      .describe(
        '`true`, or `{ca, cert, key, servername}` as PEM texts; for `sentinel`, `cluster` and a private authority.',
      ),
    mediaUrl: redisUrl.exactOptional().describe('Another Redis for media, so that they take no room from the ledger.'),
    waitReplicas: wholeNumber(0, 5)
      .exactOptional()
      .describe(
        'Replicas that must have a claim before a command is sent, and its outcome before it is told. Default: 1 while the server has a replica, else 0; set, commands wait for as long as there are fewer. Not with a cluster.',
      ),
  })
  .check((context) => {
    if (context.value.cluster !== undefined && (context.value.waitReplicas ?? 0) > 0) {
      // WAIT asks the replicas of one master; of a cluster's nodes it need not be the one that has the claim.
      const message = 'is for one master: with a cluster, set min-replicas-to-write on its servers instead'
      context.issues.push({ code: 'custom', message, path: ['waitReplicas'], input: context.value.waitReplicas })
    }
    const given = (['url', 'sentinel', 'cluster'] as const).filter((key) => context.value[key] !== undefined)
    if (given.length === 1) return
    const message =
      given.length === 0
        ? 'must have one of url, sentinel or cluster'
        : `must have one of ${given.join(' and ')}, not both`
    context.issues.push({ code: 'custom', message, input: context.value })
  })
