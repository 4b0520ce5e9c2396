import { openArena } from './arena.ts'
import { createMatch } from './match.ts'
import { serveBreakIt } from './serve.ts'

/** Commands a second for each: enough that a kill meets one, and little for a machine that runs the demo as well. */
const RATE = 15

const { PORT = '', BREAK_TOKEN: token = '' } = process.env
if (token === '') throw new Error('BREAK_TOKEN is not set: npm start gives it')
const match = createMatch((seed) => openArena({ seed, rate: RATE }))
const server = await serveBreakIt(match, { token, port: Number(PORT) })
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(
    name,
    () =>
      void (async () => {
        await server[Symbol.asyncDispose]()
        process.exit(0)
      })(),
  )
}
