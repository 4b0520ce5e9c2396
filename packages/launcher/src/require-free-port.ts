import { createServer } from 'node:net'
import { portHolder } from './port-holder.ts'
import type { PortName } from './ports.ts'
import { Refusal } from './refusal.ts'

/** @throws Refusal that names the port, who has it where that can be told, and the setting that moves ours */
export async function requireFreePort(port: number, what: string, setting: PortName): Promise<void> {
  // Both: a listener on one address does not always keep another program from the wildcard.
  if ((await canListen(port, '127.0.0.1')) && (await canListen(port, undefined))) return
  const holder = await portHolder(port)
  const who = holder === undefined ? 'another program has it' : `${holder} has it`
  throw new Refusal(
    `Port ${port}, where ${what} should be, is taken: ${who}. End that one, or set ${setting} to another port.`,
  )
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
