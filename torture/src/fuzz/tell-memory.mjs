// Preloaded into a server under attack: on SIGUSR2 it collects its garbage and says what is left. The product has no
// switch for this.
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
let asked = 0

process.on('SIGUSR2', () => void tell())

async function tell() {
  // Twice: what the first frees may be all that holds something else.
  for (let time = 0; time < 2; time++) {
    collect()
    await sleep(200)
  }
  const { rss, heapTotal: heap, heapUsed, external } = process.memoryUsage()
  process.stderr.write(`\n[fuzz memory] ${JSON.stringify({ asked: ++asked, rss, heap, held: heapUsed + external })}\n`)
}
