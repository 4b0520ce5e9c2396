import { z } from 'zod'
import { flag, nonEmpty, oneOrMore, secret, webUrl } from './fields.ts'

const pem = (what: string) => nonEmpty(what)

const sslSchema = z.union(
  [
    flag,
    z.strictObject({
      ca: pem('PEM certificate')
        .exactOptional()
        .describe('Who may sign the brokers’ certificates; default: the system’s authorities.'),
      cert: pem('PEM certificate').exactOptional(),
      key: secret.exactOptional(),
      passphrase: secret.exactOptional(),
      servername: nonEmpty('host name').exactOptional(),
    }),
  ],
  { error: () => 'must be true, false or { ca, cert, key, passphrase, servername }' },
)

const password = { username: nonEmpty('user name'), password: secret }

const saslSchema = z.preprocess(
  // The short names of contract and clients beside the IANA ones that the protocol has.
  (value) =>
    isTable(value) && typeof value['mechanism'] === 'string'
      ? { ...value, mechanism: longName(value['mechanism']) }
      : value,
  z.discriminatedUnion(
    'mechanism',
    [
      z.strictObject({ mechanism: z.literal('plain'), ...password }),
      z.strictObject({ mechanism: z.literal('scram-sha-256'), ...password }),
      z.strictObject({ mechanism: z.literal('scram-sha-512'), ...password }),
      z
        .strictObject({
          mechanism: z.literal('oauthbearer'),
          tokenEndpoint: webUrl('URL'),
          clientId: nonEmpty('client id'),
          clientSecret: secret.exactOptional(),
          clientAssertionFile: nonEmpty('path')
            .exactOptional()
            .describe(
              'In place of a secret: the file with the JWT by which the endpoint knows this process (workload identity), such as `${AZURE_FEDERATED_TOKEN_FILE}`. It is read for each token.',
            ),
          scope: nonEmpty('scope').exactOptional(),
        })
        .refine(
          ({ clientSecret, clientAssertionFile }) =>
            (clientSecret === undefined) !== (clientAssertionFile === undefined),
          {
            error: () => 'must have clientSecret or clientAssertionFile, and not both',
          },
        ),
      z.strictObject({
        mechanism: z.literal('aws-msk-iam'),
        region: nonEmpty('region')
          .regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, { error: () => 'must be a region such as eu-central-1' })
          .describe('Of the MSK cluster.'),
        roleArn: nonEmpty('ARN')
          .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, {
            error: () => 'must be the ARN of a role: arn:aws:iam::123456789012:role/name',
          })
          .exactOptional()
          .describe(
            'A role to take on first; by default the credentials that AWS gives this process are used as they are.',
          ),
      }),
    ],
    { error: () => 'must have a mechanism: plain, scram-sha-256, scram-sha-512, oauthbearer or aws-msk-iam' },
  ),
)

/** How to reach Kafka. */
export const kafkaSchema = z.strictObject({
  brokers: oneOrMore(
    nonEmpty('broker').regex(/^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i, { error: () => 'must be host:port' }),
    'must name a broker',
  ).describe('Some of the cluster’s, as `host:port`.'),
  ssl: sslSchema
    .exactOptional()
    .describe('`true`, or `{ca, cert, key, passphrase, servername}` as PEM texts, best by `${file:…}`.'),
  sasl: saslSchema
    .exactOptional()
    .describe(
      '`{mechanism: plain | scram-sha-256 | scram-sha-512, username, password}`, `{mechanism: oauthbearer, tokenEndpoint, clientId, clientSecret or clientAssertionFile, scope?}`, or `{mechanism: aws-msk-iam, region, roleArn?}`.',
    ),
  instanceName: nonEmpty('name')
    .regex(/^[\w.-]{1,249}$/, { error: () => 'must be 1 to 249 letters, digits, dots, dashes or underscores' })
    .exactOptional()
    .describe(
      'This instance’s name, by `KAFKA_INSTANCE_NAME` as no two instances may have the same: one that is killed and comes back under it within 6 s has its partitions again at once, and no other instance waits. Kafka’s `group.instance.id`; off unless set.',
    ),
})

function longName(mechanism: string): string {
  const name = mechanism.toLowerCase()
  return name === 'scram-256' || name === 'scram-512' ? name.replace('-', '-sha-') : name
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
