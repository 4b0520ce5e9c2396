import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { makeMskToken } from './msk-token.ts'

const REGION = 'eu-central-1'
const KEY = { AccessKeyId: 'AKIAFROMISSUER', SecretAccessKey: 'a-secret-of-the-issuer', Token: 'session-of-the-issuer' }

/** What a container of ECS, or a pod with an identity of EKS, asks for its credentials. */
async function startIssuer(): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization)
    const Expiration = new Date(Date.now() + 3_600_000).toISOString()
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...KEY, Expiration }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // `as`: a server that listens on TCP has an address with a port.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`, asked }
}

function environment(env: Record<string, string | undefined>): void {
  const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined }
  const elsewhere = { AWS_PROFILE: undefined, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
  for (const [name, value] of Object.entries({ ...none, ...elsewhere, AWS_EC2_METADATA_DISABLED: 'true', ...env }))
    vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

/** Signature Version 4 of a URL, by its specification and nothing of the signer's. */
function signatureOf(url: URL, secret: string): string {
  const given = url.searchParams
  const signed = [...given].filter(([name]) => name !== 'X-Amz-Signature' && name !== 'User-Agent')
  const query = signed
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const request = ['GET', '/', query, `host:${url.host}`, '', 'host', hash('')].join('\n')
  const [, day = '', region = '', service = '', last = ''] = given.get('X-Amz-Credential')?.split('/') ?? []
  const scope = [day, region, service, last].join('/')
  const text = ['AWS4-HMAC-SHA256', given.get('X-Amz-Date'), scope, hash(request)].join('\n')
  const key = [region, service, last].reduce(hmac, hmac(`AWS4${secret}`, day))
  return hmac(key, text).toString('hex')
}

test('a token is a signed connect to MSK with what AWS’s issuer gives a container, without its secret', async () => {
  const issuer = await startIssuer()
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: issuer.url, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'who-I-am' })
  const token = await makeMskToken({ region: REGION })
  expect(issuer.asked).toEqual(['who-I-am'])
  const url = new URL(Buffer.from(token, 'base64url').toString())
  expect(url.host).toBe(`kafka.${REGION}.amazonaws.com`)
  expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect')
  expect(url.searchParams.get('X-Amz-Credential')).toMatch(
    new RegExp(`^${KEY.AccessKeyId}/\\d{8}/${REGION}/kafka-cluster/aws4_request$`),
  )
  expect(url.searchParams.get('X-Amz-Security-Token')).toBe(KEY.Token)
  expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url, KEY.SecretAccessKey))
  expect(url.href).not.toContain(KEY.SecretAccessKey)
})

test('where AWS gives no credentials, the error says so', async () => {
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined })
  await expect(makeMskToken({ region: REGION })).rejects.toThrow(/credentials/i)
})
