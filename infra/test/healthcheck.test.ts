import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '@imchannel/local-stack'
import { selfSignedCert } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'

/** A service on a free port of loopback that answers `/livez`, and nothing else. */
async function serving(server: Server): Promise<string> {
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return String((server.address() as AddressInfo).port) // it listens on TCP
}

const answer: RequestListener = ({ url }, response) => void response.writeHead(url === '/livez' ? 200 : 404).end()
const nothing: RequestListener = (_request, response) => void response.writeHead(404).end()

async function exitOf(env: Record<string, string>): Promise<unknown> {
  const script = join(checkout, 'infra/docker/healthcheck.mjs')
  const [code] = (await once(spawn(process.execPath, [script], { env }), 'exit')) as unknown[]
  return code
}

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-health-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'imchannel.yaml')
  await writeFile(file, text)
  return file
}

test('the check of an image finds a service over http and over TLS, whatever its certificate', async () => {
  const { cert, key } = selfSignedCert()
  expect(await exitOf({ PORT: await serving(createServer(answer)) })).toBe(0)
  expect(await exitOf({ PORT: await serving(createTlsServer({ cert, key }, answer)) })).toBe(0)
  expect(await exitOf({ PORT: await serving(createServer(nothing)) })).toBe(1)
})

test('it asks the admin port, also where only the configuration has it', async () => {
  const [service, admin] = [await serving(createServer(nothing)), await serving(createServer(answer))]
  expect(await exitOf({ PORT: service, ADMIN_PORT: admin })).toBe(0)
  for (const text of [
    `host: x\nadminPort: ${admin}\n`,
    `adminPort: "${admin}"`,
    `{\n  "adminPort": ${admin}\n}`,
    'adminPort: ${THE_PORT}',
  ]) {
    expect(await exitOf({ PORT: service, THE_PORT: admin, IMCHANNEL_CONFIG: await fileWith(text) })).toBe(0)
  }
})
