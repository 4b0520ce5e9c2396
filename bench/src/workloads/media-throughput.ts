import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createRedis } from '@imchannel/redis'
import { freePorts } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { mediaOf, upload } from '../media.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import type { RunOptions } from './workload.ts'

const run = promisify(execFile)

interface Figure {
  readonly bytes: number
  /** So many different media, got one after the other. Default 1, again and again: the picture of a campaign. */
  readonly media?: number
  /** Open at once. Default 32; fewer where of so many none would be complete in the time. */
  readonly connections?: number
}

export const pictures = '200 kB, 200 pictures in turn'
export const picture = '200 kB, one picture'
/** By their names. webdis has one value for each media item. */
const figures: Readonly<Record<string, Figure>> = {
  '20 kB': { bytes: 20_000 },
  [picture]: { bytes: 200_000 },
  // More than the media-server keeps in its memory.
  [pictures]: { bytes: 200_000, media: 200 },
  '16 MB': { bytes: 16_000_000, connections: 8 },
  '100 MB': { bytes: 100_000_000, connections: 4 },
}
export const webdisName = 'webdis'
export const headFigure = 'HEAD, 200 kB'

/**
 * GETs a second by size, beside webdis on the same Redis, and HEADs. wrk drives GETs, for it costs next to nothing beside a server that
 * does little itself; `ab` HEADs, as it knows that no body follows, though it takes more of the machine itself.
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
  for (const [figure, { bytes, media = 1, connections = 32 }] of Object.entries(figures)) {
    const urls = await times(media, () => upload(server, bytes))
    const theirs = webdis && (await times(media, (index) => webdis.put(bytes, index)))
    const get = async (all: readonly string[], seconds: number): Promise<number> =>
      wrk(stage.folder, all, { seconds, connections })
    // Neither is measured while it compiles or fills its pools, or Redis still writes to its disk what was just put into it.
    for (const all of [urls, theirs]) {
      if (all !== undefined) await get(all, options.seconds / 2).catch(() => 'what fails again is told of below')
    }
    for (let round = 1; round <= options.rounds; round++) {
      put(ours.name, figure, round, await get(urls, options.seconds))
      if (theirs !== undefined) {
        // What it cannot serve is no figure of its, and costs none of ours.
        await get(theirs, options.seconds).then(
          (rate) => put(webdisName, figure, round, rate),
          (error: unknown) => options.say(`round ${round}  ${webdisName}, ${figure}: no run, ${String(error)}`),
        )
      }
      const [url] = urls
      if (figure !== pictures || url === undefined) continue
      put(ours.name, headFigure, round, await heads(url, options.seconds))
    }
  }
  return samples
}

async function times<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count) made.push(await make(made.length))
  return made
}

/** GETs a second of URLs of one host, each after the other. */
async function wrk(
  folder: string,
  urls: readonly string[],
  { seconds, connections }: { seconds: number; connections: number },
): Promise<number> {
  const script = join(folder, 'urls.lua')
  const paths = urls.map((url) => `'${new URL(url).pathname}'`).join(', ')
  await writeFile(
    script,
    `local paths, at = {${paths}}, 0\nrequest = function() at = at % #paths + 1 return wrk.format('GET', paths[at]) end\n`,
  )
  const settings = ['-t1', `-c${connections}`, '--timeout', '60s', `-d${Math.ceil(seconds)}s`, '-s', script]
  const { stdout } = await run('wrk', [...settings, String(urls[0])])
  const problem = /(Non-2xx|Socket errors).*/.exec(stdout)?.[0]
  if (problem !== undefined) throw new Error(`${String(urls[0])}: ${problem}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

async function heads(url: string, seconds: number): Promise<number> {
  const settings = ['-q', '-k', '-i', '-c32', `-t${Math.ceil(seconds)}`, '-n10000000']
  const { stdout } = await run('ab', [...settings, url])
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  return Number(/Requests per second:\s+([\d.]+)/.exec(stdout)?.[1])
}

interface Webdis extends AsyncDisposable {
  /** Stores the media of that number in Redis as webdis has it, and says where it is got. */
  put(bytes: number, index: number): Promise<string>
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
    async put(bytes, index) {
      await redis.set(`webdis-${bytes}-${index}`, mediaOf(bytes).body)
      return `http://127.0.0.1:${port}/GET/webdis-${bytes}-${index}.jpg`
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await redis.quit()
    },
  }
}
