import { answersOf } from '@imchannel/testkit'
import { expect, it } from 'vitest'
import { buildJar } from './build-jar.ts'

/** Maven's first download is 60 MB. */
const BUILD_MS = 300_000

it(
  'a bot in Java answers the phone',
  async ({ skip }) => {
    const built = await buildJar(process.env)
    if ('missing' in built) return skip(built.missing)
    const bot = { command: built.java, args: ['-jar', built.jar] }
    expect(await answersOf(bot, ['Hello', 'menu'])).toEqual([['You said to Java: Hello'], ['Tea or coffee?']])
  },
  BUILD_MS,
)
