import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { portOwner } from '@imchannel/local-stack'

/** Who listens on a port, such as `node (process 4711)`; undefined where the system does not say. */
export async function portHolder(port: number): Promise<string | undefined> {
  const pid = await portOwner(port)
  return pid === undefined ? undefined : `${(await commandOf(pid)) ?? 'a program'} (process ${pid})`
}

async function commandOf(pid: number): Promise<string | undefined> {
  return promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim().split('/').at(-1) || undefined,
    () => undefined,
  )
}
