import { checkLedgerRedis } from '@imchannel/ledger'
import { type RedisClient, serversOf } from '@imchannel/redis'
import { messageOf } from '../session/failure.ts'
import type { Session } from '../session/session.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warning, problem } = findingsOf('redis')
const GIB = 1024 ** 3
/** From here on a burst of media or commands may fill it before anybody has looked. */
const CROWDED = 0.8

/** Is Redis there, may the ledger trust it, and has it room? */
export async function checkRedis(session: Session): Promise<Finding[]> {
  const { redis: settings } = session.config()
  try {
    await session.redis().ping()
    if (settings.mediaUrl !== undefined) await session.mediaRedis().ping()
  } catch (error) {
    return [
      problem(
        `Redis does not answer: ${messageOf(error)}.`,
        'Check redis in the configuration (address, TLS, user and password), and whether Redis runs.',
      ),
    ]
  }
  const trust = await checkLedgerRedis(session.redis())
  return [
    ok('Redis answers.'),
    ...trust.map((sentence) => {
      const [text = sentence, remedy = 'See docs/scaling.md.'] = sentence.split(/; (?=set )/)
      return problem(`${text}.`, `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`)
    }),
    ...(await checkReplicas(session)),
    ...(await checkMemory(session.redis(), 'Redis')),
    ...(settings.mediaUrl === undefined ? [] : await checkMemory(session.mediaRedis(), 'The Redis of media')),
    ...(await checkMediaBudget(session)),
  ]
}

async function checkReplicas(session: Session): Promise<Finding[]> {
  const { waitReplicas = 0 } = session.config().redis
  if (waitReplicas === 0) return []
  const servers = await serversOf(session.redis())
  const counts = await Promise.all(
    servers.map(async (server) => Number(field(await server.info('replication'), 'connected_slaves'))),
  )
  const least = Math.min(...counts)
  if (least >= waitReplicas) return [ok(`${least} replicas are connected; a claim waits for ${waitReplicas}.`)]
  return [
    problem(
      `A claim waits for ${waitReplicas} replicas, and ${least} are connected: nothing is sent.`,
      'Bring the replicas back, or lower redis.waitReplicas.',
    ),
  ]
}

async function checkMemory(redis: RedisClient, name: string): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const server of await serversOf(redis)) {
    const info = await server.info('memory')
    const used = Number(field(info, 'used_memory') ?? 0)
    const limit = Number(field(info, 'maxmemory') ?? 0)
    if (limit === 0) {
      findings.push(
        warning(
          `${name} has no memory limit: what fills the machine ends it, and everything else on it.`,
          'Set maxmemory; docs/scaling.md has the gigabytes.',
        ),
      )
    } else if (used > CROWDED * limit) {
      findings.push(
        problem(
          `${name} uses ${gigabytes(used)} of ${gigabytes(limit)}: when it is full, nothing is sent and no media is taken.`,
          'Raise maxmemory, lower mediaBudget or commandMemory, or give media a Redis of their own (redis.mediaUrl).',
        ),
      )
    } else findings.push(ok(`${name} uses ${gigabytes(used)} of ${gigabytes(limit)}.`))
  }
  return findings
}

async function checkMediaBudget(session: Session): Promise<Finding[]> {
  const budget = session.config().mediaBudgetBytes
  const servers = await serversOf(session.mediaRedis())
  const limits = await Promise.all(
    servers.map(async (server) => Number(field(await server.info('memory'), 'maxmemory'))),
  )
  const limit = limits.reduce((sum, one) => sum + one, 0)
  const effective = budget ?? (limit > 0 ? limit / 2 : undefined)
  const held = await session.mediaStore().countBytes()
  if (budget !== undefined && limit > 0 && budget > 0.9 * limit) {
    return [
      problem(
        `mediaBudget (${gigabytes(budget)}) leaves the ledger no room in a Redis of ${gigabytes(limit)}.`,
        'Lower mediaBudget, or give media a Redis of their own (redis.mediaUrl).',
      ),
    ]
  }
  if (effective !== undefined && held > CROWDED * effective) {
    return [
      warning(
        `Media hold ${gigabytes(held)} of the ${gigabytes(effective)} that they may: beyond it uploads are refused.`,
        'Raise mediaBudget, or shorten mediaTtl and mediaTtlAfterFetch.',
      ),
    ]
  }
  return [ok(`Media hold ${gigabytes(held)}${effective === undefined ? '' : ` of ${gigabytes(effective)}`}.`)]
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
}

function gigabytes(bytes: number): string {
  return bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
