import { fileURLToPath } from 'node:url'
import { findExecutables } from '@imchannel/local-stack'
import { answersOf } from '@imchannel/testkit'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('../thank-you-bot.sh', import.meta.url))

it('a bot of kcat and a shell answers the phone', async ({ skip }) => {
  if (findExecutables('kcat', process.env).length === 0) skip('there is no kcat in the PATH')
  const answers = await answersOf({ command: '/bin/sh', args: [script] }, ['Hello', 'Good morning'])
  expect(answers).toEqual([['Thank you, says kcat.'], ['Thank you, says kcat.']])
})
