import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createRedis } from '@imchannel/redis'
import { freePorts } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { mediumOf, upload } from '../media.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import type { RunOptions } from './workload.ts'

const run = promisify(execFile)

/** By the name of the figure. Media beyond 16 MB are what the media-server is for; webdis has one value for each. */
const sizes = { '20 kB': 20_000, '200 kB': 200_000, '16 MB': 16_000_000, '100 MB': 100_000_000 } as const
export const webdisName = 'webdis'
export const headFigure = 'HEAD, 200 kB'
export const getFigure = 'GET by ab, 200 kB'

/**
 * GETs a second by size, beside webdis on the same Redis, and HEADs. wrk drives GETs, for it costs next to nothing beside a server that
 * does little itself; `ab` HEADs and the GETs that they are compared with, as it knows that no body follows.
 */
export async function measureMedia(
  stage: Stage,
  topics: TopicCounter,
  { ours, ...options }: RunOptions & { ours: Contender },
): Promise<Sample[]> {
  const samples: Sample[] = []
  const prefix = uniqueName('bench')
  await topics.create(prefix)
  await using server = await ours.startMediaServer?.(stage, prefix)
  if (server === undefined) return samples
  await using webdis = await startWebdis(stage, options.say)
  const put = (contender: string, figure: string, round: number, value: number): void => {
    options.say(`round ${round}  ${contender}, ${figure}: ${value.toFixed(1)}/s`)
    samples.push({ contender, figure, round, value })
  }
  for (const [figure, bytes] of Object.entries(sizes)) {
    const url = await upload(server, bytes)
    const theirs = await webdis?.put(bytes)
    // Neither is measured while it compiles or fills its pools.
    await wrk(url, options.seconds / 2)
    if (theirs !== undefined) await wrk(theirs, options.seconds / 2)
    for (let round = 1; round <= options.rounds; round++) {
      put(ours.name, figure, round, await wrk(url, options.seconds))
      if (theirs !== undefined) put(webdisName, figure, round, await wrk(theirs, options.seconds))
      if (figure !== '200 kB') continue
      put(ours.name, getFigure, round, await ab(url, options.seconds, []))
      put(ours.name, headFigure, round, await ab(url, options.seconds, ['-i']))
    }
  }
  return samples
}

async function wrk(url: string, seconds: number): Promise<number> {
  const { stdout } = await run('wrk', ['-t1', '-c32', '--timeout', '60s', `-d${Math.ceil(seconds)}s`, url])
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

async function ab(url: string, seconds: number, flags: readonly string[]): Promise<number> {
  const { stdout } = await run('ab', ['-q', '-k', ...flags, '-c32', `-t${Math.ceil(seconds)}`, '-n10000000', url])
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  return Number(/Requests per second:\s+([\d.]+)/.exec(stdout)?.[1])
}

interface Webdis extends AsyncDisposable {
  /** Stores a medium in Redis as webdis has it, and says where it is got. */
  put(bytes: number): Promise<string>
}

async function startWebdis(stage: Stage, say: (line: string) => void): Promise<Webdis | undefined> {
  const [port = 0] = await freePorts(1)
  const file = join(stage.folder, 'webdis.json')
  const redisAt = new URL(stage.redisUrl)
  const settings = {
    redis_host: redisAt.hostname,
    redis_port: Number(redisAt.port),
    http_host: '127.0.0.1',
    http_port: port,
    threads: 5,
    pool_size: 20,
    daemonize: false,
    websockets: false,
    database: 0,
    verbosity: 1,
    logfile: join(stage.folder, 'webdis.log'),
  }
  await writeFile(file, JSON.stringify(settings))
  const child = spawn('webdis', [file], { stdio: 'ignore' })
  const failed = await Promise.race([
    once(child, 'error').then(([error]) => String(error)),
    waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/PING`)).ok, { what: 'webdis answers' }),
  ])
  if (typeof failed === 'string') {
    say(`absent: ${webdisName} (${failed})`)
    return undefined
  }
  const redis = createRedis({ url: stage.redisUrl }, { name: 'bench', onError: () => undefined })
  return {
    async put(bytes) {
      await redis.set(`webdis-${bytes}`, mediumOf(bytes).body)
      return `http://127.0.0.1:${port}/GET/webdis-${bytes}.jpg`
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await redis.quit()
    },
  }
}
