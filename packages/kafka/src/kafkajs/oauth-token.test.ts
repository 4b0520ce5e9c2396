import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerWith, startTokenEndpoint } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { fetchOauthToken } from './oauth-token.ts'

async function assertionFile(): Promise<{ path: string; write: (text: string) => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'assertion-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'token')
  return { path, write: (text) => writeFile(path, text) }
}

test('a workload signs in with the assertion that its file has at the time, and no secret', async () => {
  await using endpoint = await startTokenEndpoint('workload')
  const file = await assertionFile()
  const source = {
    tokenEndpoint: endpoint.url,
    clientId: 'app id',
    clientAssertionFile: file.path,
    scope: 'https://my.servicebus.windows.net/.default',
  }
  for (const assertion of ['first.of.issuer', 'second.of.issuer']) {
    await file.write(`${assertion}\n`)
    expect(await fetchOauthToken(source)).toMatch(/^[\w-]+\.[\w-]+\.$/)
    const asked = endpoint.asked.at(-1)
    expect(asked?.authorization).toBeUndefined()
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: source.scope,
      client_id: 'app id',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
  }
})

test('a refusal names the endpoint and the status, and neither the assertion nor the answer', async () => {
  await using server = await answerWith((_request, response) => {
    response.statusCode = 401
    response.end('{"error_description":"a-word-of-the-issuer"}')
  })
  const file = await assertionFile()
  await file.write('the-assertion')
  const refused = fetchOauthToken({
    tokenEndpoint: `${server.url}/token`,
    clientId: 'a',
    clientAssertionFile: file.path,
  })
  await expect(refused).rejects.toThrow(`${server.url}/token answered 401`)
  await expect(refused).rejects.not.toThrow(/the-assertion|a-word-of-the-issuer/)
})

test('a file that is not there is named', async () => {
  const missing = fetchOauthToken({
    tokenEndpoint: 'http://127.0.0.1:9',
    clientId: 'a',
    clientAssertionFile: '/no/such/file',
  })
  await expect(missing).rejects.toThrow('/no/such/file')
})
