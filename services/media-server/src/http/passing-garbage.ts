import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Bytes of uploads after which the young garbage is collected. What comes in leaves buffers of 64 KiB behind whose
 * memory V8 counts but does not hurry to give back: at hundreds of megabytes a second that is more than all else here
 * together. A young collection takes about a millisecond, since hardly anything survives it: the chunks themselves, which
 * would, are given back by hand.
 */
const YOUNG_EVERY_BYTES = 12 * 1024 * 1024
/** After so many young collections one of all that survived them: little each time, and V8 would let it become a hundred megabytes. */
const YOUNG_TO_EACH_FULL = 20
/** What goes out is read into memory that is used again. What else is left of it is 5 % of its bytes, all on V8's own heap. */
const SENT_TO_RECEIVED = 0.1

// There is no other way to the collector from within; the flag is taken back at once.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as NodeJS.GCFunction // what the flag puts there
setFlagsFromString('--no-expose-gc')

let passed = 0
let collections = 0

/** To be told of all bytes of media that came in. */
export function noteReceived(count: number): void {
  passed += count
  if (passed < YOUNG_EVERY_BYTES) return
  passed = 0
  collections += 1
  collect({ type: collections % YOUNG_TO_EACH_FULL === 0 ? 'major' : 'minor', execution: 'sync' })
}

/** To be told of all bytes of media that went out. */
export function noteSent(count: number): void {
  noteReceived(count * SENT_TO_RECEIVED)
}
