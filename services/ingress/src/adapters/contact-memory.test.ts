import { createLogger } from '@imchannel/logging'
import { expect, it } from 'vitest'
import { createContactMemory } from './contact-memory.ts'

const wanted = new Map([['447860099299', new Set(['351927482662'])]])

function setUp({ failure, isOn = true }: { failure?: Error; isOn?: boolean }) {
  const lines: string[] = []
  const memory = createContactMemory({
    copy: {
      read: async () => {
        if (failure !== undefined) throw failure
        return new Map<string, never>()
      },
      put: async () => [],
      countHolders: async () => [],
    },
    topic: { isOn: () => isOn, refused: () => undefined },
    log: createLogger({
      service: 'ingress',
      format: 'classic',
      level: 'info',
      privacy: 'none',
      write: (text) => lines.push(text),
    }),
  })
  return { memory, lines }
}

it('says of a name that is not known that it was asked for', async () => {
  const { memory } = setUp({})
  expect(await memory.read('acme', wanted)).toEqual(new Map([['447860099299', new Map([['351927482662', undefined]])]]))
})

it('is off without its topic', () => {
  expect(setUp({ isOn: false }).memory.isOn()).toBe(false)
})

it('is off, with one line, for a user of Redis that may not', async () => {
  const { memory, lines } = setUp({ failure: new Error('NOPERM No permissions to access a key') })
  expect(memory.isOn()).toBe(true)
  expect(await memory.read('acme', wanted)).toBeUndefined()
  expect(await memory.read('acme', wanted)).toBeUndefined()
  expect([memory.isOn(), lines.length]).toEqual([false, 1])
  expect(lines[0]).toContain('~imc:f:*')
})

it('rejects where Redis does not answer, and stays on', async () => {
  const { memory, lines } = setUp({ failure: new Error('Command timed out') })
  await expect(memory.read('acme', wanted)).rejects.toThrow('Command timed out')
  expect([memory.isOn(), lines]).toEqual([true, []])
})
