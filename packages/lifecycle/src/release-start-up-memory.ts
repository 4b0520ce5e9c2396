import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Collects what loading and starting left behind, once. An idle process is never collected by V8 by itself, so without this it holds
 * its start-up garbage for ever: measured 144 MB against 105 MB resident for a service, for 60 to 120 ms at its start.
 */
export function releaseStartUpMemory(): void {
  setFlagsFromString('--expose-gc')
  // The flag puts `gc` into contexts made after it; this one has nothing else of ours.
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect({ type: 'major', flavor: 'last-resort' })
}
