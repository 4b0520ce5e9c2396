import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { checkout } from '@imchannel/local-stack'

export interface RawFigures {
  readonly perSecond: number
  readonly cpuMicros: number
}

/** Runs one of the bare loops of `bench/peers/raw` and gives what it says at its end. */
export async function runRaw(loop: 'kafkajs' | 'http', options: object): Promise<RawFigures> {
  const child = fork(join(checkout, 'bench/peers/raw', `${loop}.mjs`), [JSON.stringify(options)], { cwd: checkout })
  const [figures] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the bare ${loop} loop ended with ${String(code)} before it had measured anything`)
    }),
  ])) as [RawFigures]
  await once(child, 'exit')
  return figures
}
