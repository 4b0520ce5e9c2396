import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { tryLock } from '../packages/local-stack/src/cache/lock.mjs'
import { checkout } from './bootstrap/checkout.mjs'
import { command } from './bootstrap/command.mjs'
import { Refusal, say } from './bootstrap/say.mjs'

const HELP = `npm run reset

Wipes the data of npm start: everything that its Kafka and its Redis hold. Downloads stay.

  IMCHANNEL_DATA    the folder; default .imchannel
`

await command(HELP, async () => {
  const folder = resolve(checkout, process.env.IMCHANNEL_DATA || '.imchannel')
  if (!existsSync(folder)) {
    say(`${folder} is not there: nothing to wipe`)
    return 0
  }
  const lock = tryLock(join(folder, 'run.lock'))
  if ('heldBy' in lock) {
    throw new Refusal(
      `npm start is running (process ${lock.heldBy.pid}) and its data in use: end it first, with Ctrl-C`,
    )
  }
  rmSync(folder, { recursive: true, force: true })
  say(`${folder} is wiped`)
  return 0
})
