import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { spawnService } from '../src/spawn-service.ts'

test('an answer of whoever else has the port is not taken for the service’s own', async () => {
  const other = createServer((_, response) => response.end('ready')).listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo // a TCP server has no pipe name
  const starting = spawnService('emulator', { PORT: String(port) })
  await expect(starting).rejects.toThrow(/is process \d+'s|has ended/)
})
