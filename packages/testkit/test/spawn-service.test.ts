import { expect, test } from 'vitest'
import { answerWith } from '../src/answer-with.ts'
import { spawnService } from '../src/spawn-service.ts'

test('an answer of whoever else has the port is not taken for the service’s own', async () => {
  await using other = await answerWith((_, response) => response.end('ready'))
  const starting = spawnService('emulator', { PORT: String(other.port) })
  await expect(starting).rejects.toThrow(/is process \d+'s|has ended/)
})
