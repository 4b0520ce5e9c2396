import { createLogger } from '@imchannel/logging'
import { expect, it } from 'vitest'
import { createWindowNotes } from './window-notes.ts'

const sightings = [{ tenant: 'acme', business: '447860099299', names: ['351927482662'], state: { openedAt: 1 } }]

function setUp(failure?: Error) {
  const lines: string[] = []
  const failures: unknown[] = []
  let asked = 0
  const notes = createWindowNotes(
    {
      widenWindows: async () => {
        asked++
        if (failure !== undefined) throw failure
      },
    },
    {
      log: createLogger({
        service: 'ingress',
        format: 'classic',
        level: 'info',
        privacy: 'none',
        write: (text) => lines.push(text),
      }),
      onFailure: (error) => failures.push(error),
    },
  )
  return { notes, lines, failures, asked: () => asked }
}

it('asks nothing of Redis where there is nothing to note', async () => {
  const { notes, asked } = setUp()
  await notes.note([])
  expect(asked()).toBe(0)
})

it('tells of a failure, and tries the next time', async () => {
  const failure = new Error('Command timed out')
  const { notes, failures, asked } = setUp(failure)
  await notes.note(sightings)
  await notes.note(sightings)
  expect([asked(), failures]).toEqual([2, [failure, failure]])
})

it('is off, with one line, for a user of Redis that may not', async () => {
  const { notes, lines, failures, asked } = setUp(new Error('NOPERM No permissions to access a key'))
  await notes.note(sightings)
  await notes.note(sightings)
  expect([asked(), failures, lines.length]).toEqual([1, [], 1])
  expect(lines[0]).toContain('~imc:f:*')
})
