import { fileURLToPath } from 'node:url'
import { answersOf } from '@imchannel/testkit'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

it(`the café's bot greets the phone`, async () => {
  expect(await answersOf({ command: process.execPath, args: [main] }, ['Hello'])).toEqual([
    ['Welcome! What can we do for you?'],
  ])
})
