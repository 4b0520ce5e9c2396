import { Redis } from 'ioredis'
import { LEFT } from './outlast-news.ts'

/** The Sentinels that a client was told of. */
export interface Sentinels {
  /**
   * Whether a server is the master beyond doubt: most of them answer, and to each that does it is this one, without a failure or a
   * failover under way. Asked after a write, a yes means that nobody was put in its place before the write.
   * @param runId the server's, as `INFO server` has it
   */
  agreeOn(runId: string): Promise<boolean>
}

const ANSWER_MS = 1_000
const AGAIN_MS = 500

/** Undefined for a client that was not led by Sentinel. They are connected to with the first question. */
export function sentinelsOf(client: Redis): Sentinels | undefined {
  const { sentinels = [], name } = client.options
  if (name === undefined || sentinels === null || sentinels.length === 0) return undefined
  const asked = sentinels.map(({ host, port }) => connectionTo(client, { host, port }))
  client.once(LEFT, () => asked.forEach((sentinel) => sentinel.disconnect()))

  return {
    agreeOn: async (runId) => {
      const answers = await Promise.allSettled(asked.map((sentinel) => sentinel.call('SENTINEL', 'MASTER', name)))
      const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [fieldsOf(answer.value)] : []))
      const isMost = told.length > asked.length / 2
      return isMost && told.every((master) => master.get('flags') === 'master' && master.get('runid') === runId)
    },
  }
}

interface Address {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

function connectionTo({ options }: Redis, { host = '127.0.0.1', port = 26_379 }: Address): Redis {
  const { sentinelUsername, sentinelPassword, sentinelTLS, enableTLSForSentinelMode, connectionName } = options
  const sentinel = new Redis({
    host,
    port,
    lazyConnect: true,
    disableClientInfo: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: null,
    retryStrategy: () => AGAIN_MS,
    ...(connectionName === undefined ? {} : { connectionName }),
    ...(sentinelUsername ? { username: sentinelUsername } : {}),
    ...(sentinelPassword ? { password: sentinelPassword } : {}),
    ...(enableTLSForSentinelMode === true && sentinelTLS !== undefined ? { tls: sentinelTLS } : {}),
  })
  // One that does not answer is counted as that.
  return sentinel.on('error', () => undefined)
}

/** Names and values in turns. */
function fieldsOf(answer: unknown): Map<string, string> {
  const fields = new Map<string, string>()
  if (!Array.isArray(answer)) return fields
  for (let at = 0; at + 1 < answer.length; at += 2) fields.set(String(answer[at]), String(answer[at + 1]))
  return fields
}
