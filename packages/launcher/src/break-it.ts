import { randomBytes } from 'node:crypto'
import { checkout, spawnManaged } from '@imchannel/local-stack'
import { setTimeout as sleep } from 'node:timers/promises'
import { takesConnections } from './answers.ts'
import type { Supervised } from './supervise.ts'

const STOP_MS = 15_000
const POLL_MS = 100

export interface BreakIt {
  readonly program: Supervised
  /** With the token, without which the page does nothing: other users of this machine reach the port as well. */
  readonly link: string
}

/**
 * The page of the demo on which everybody may kill two gateways, ours and a naive one. It has nothing running until somebody
 * presses Start, and then what it needs is its own.
 */
export function breakIt({ port, env, logFile }: { port: number; env: NodeJS.ProcessEnv; logFile: string }): BreakIt {
  const token = randomBytes(24).toString('hex')
  const start: Supervised['start'] = async () => {
    const child = await spawnManaged(process.execPath, ['torture/src/duel/main.ts'], {
      cwd: checkout,
      env: { ...env, PORT: String(port), BREAK_TOKEN: token },
      output: { file: logFile },
    })
    while (child.isRunning()) {
      if (await takesConnections('127.0.0.1', port)) return { exited: child.exited, stop: () => child.stop(STOP_MS) }
      await sleep(POLL_MS)
    }
    throw new Error(`Its log is ${logFile}.`)
  }
  return { program: { name: 'break-it', start }, link: `http://127.0.0.1:${port}/?token=${token}` }
}
