import { exchange } from '../process/exchange.ts'

/** Redis takes connections while it still reads its data back, and answers -LOADING; a password is a sign of life too. */
export async function isRedisReady(port: number): Promise<boolean> {
  const answer = (await exchange(port, Buffer.from('PING\r\n'), 5))?.toString('latin1')
  return answer !== undefined && (answer.startsWith('+PONG') || answer.startsWith('-NOAU'))
}
