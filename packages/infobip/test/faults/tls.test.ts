import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createInfobipClient } from '../../src/index.ts'
import { listen } from '../local-infobip.ts'

test('where a TLS handshake fails nothing is sent, and the server sees neither key nor body', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'infobip-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' })
  let received = 0
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('data', (chunk) => {
      received += chunk.length
    })
    socket.on('error', () => undefined)
  })
  const closed = new Promise((resolve) => {
    server.on('connection', (socket) => socket.once('close', resolve))
  })
  const port = await listen(server)
  onTestFinished(() => void server.close())
  const client = createInfobipClient({ baseUrl: `https://127.0.0.1:${port}`, apiKey: 'k3y-that-must-not-leak' })
  onTestFinished(() => client.close())
  const omni = { destinations: [{ to: { phoneNumber: '39123456789' } }], whatsApp: { text: 'hello' } }
  expect(await client.sendOmni(omni)).toMatchObject({ kind: 'not-sent' })
  await closed
  expect(received).toBe(0)
})
