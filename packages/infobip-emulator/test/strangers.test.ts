import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { CUSTOMER, start } from './harness.ts'
import { createReceiver } from './receiver.ts'

/** With headers that a browser sets by itself, and fetch does not take. */
function statusOf(url: string, headers: Record<string, string>, body?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const asked = request(url, { method, headers: { 'content-type': 'application/json', ...headers } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.once('error', reject).end(body)
  })
}

describe('a web page of somebody else', () => {
  it('cannot drive the emulator, neither by a name that leads to this machine nor from its own', async () => {
    const { emulator, receiver } = await start()
    const { url, port } = emulator
    const rebound = { host: 'rebind.evil.example', origin: 'http://rebind.evil.example' }
    const body = JSON.stringify({ url: `${receiver.url}/steal`, body: { x: 1 } })
    expect(await statusOf(`${url}/_emulator/webhooks`, rebound, body)).toBe(403)
    for (const path of ['/_emulator/messages', '/'])
      for (const headers of [
        { host: 'rebind.evil.example' },
        { host: `rebind.evil.example:${port}` },
        { host: '127.0.0.1.evil.example' },
        { origin: 'https://evil.example' },
        { origin: 'http://127.0.0.1:1' },
        { origin: 'null' },
      ])
        expect(await statusOf(url + path, headers), JSON.stringify(headers)).toBe(403)
    expect(receiver.received).toEqual([])
  })

  it('is told from the emulator’s own, by each name of loopback', async () => {
    const { url, port } = (await start()).emulator
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
      const host = `${name}:${port}`
      expect(await statusOf(`${url}/_emulator/messages`, { host, origin: `http://${host.toLowerCase()}` })).toBe(200)
    }
  })

  it('is told from that of publicUrl', async () => {
    const { url } = (await start({ publicUrl: 'https://emulator.example' })).emulator
    const own = { host: 'emulator.example', origin: 'https://emulator.example' }
    expect(await statusOf(`${url}/_emulator/messages`, own)).toBe(200)
  })
})

describe('the credentials of webhooks', () => {
  it('go to the configured other side alone', async () => {
    const elsewhere = await createReceiver()
    const { emulator, receiver, omni, control, until } = await start({ webhooks: { headers: { 'x-secret': 'word' } } })
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ text: 'x' }, { notifyUrl: `${elsewhere.url}/notify` })
    await control('POST', 'webhooks', { url: `${elsewhere.url}/raw`, body: { x: 1 } })
    await until(() => elsewhere.to('/notify').length > 0 && elsewhere.to('/raw').length > 0)
    await elsewhere.stop()
    for (const { headers } of elsewhere.received) {
      expect(headers).not.toHaveProperty('authorization')
      expect(headers).not.toHaveProperty('x-secret')
    }
    expect(receiver.to('/onMessage')[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Basic /),
      'x-secret': 'word',
    })
  })
})
