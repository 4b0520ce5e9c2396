// GETs and HEADs of 200 kB images, beside webdis on the same Redis. See README.md.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startRedis } from '../../packages/local-stack/src/index.ts'
import { createRedis } from '../../packages/redis/src/index.ts'
import { startMediaServerProcess, TENANT, upload } from './media-server-process.ts'

const run = promisify(execFile)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? '4')
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '3')
const SIZE = 200_000

const dir = await mkdtemp(join(tmpdir(), 'imchannel-bench-'))
const redisServer = await startRedis({ dataDir: dir, maxMemory: '2gb', args: ['--appendonly', 'no'] })
const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:1').split(',')
const server = await startMediaServerProcess(
  redisServer.url,
  brokers,
  (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean),
)

const image = Buffer.alloc(SIZE, 1)
Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex').copy(image)
const id = await upload(server, image, { type: 'image/jpeg', size: SIZE })
const redis = createRedis({ url: redisServer.url }, { name: 'bench', onError: () => {} })
await redis.set('image', image)

const webdisPort = 30_000 + Math.floor(Math.random() * 5_000)
const webdisConfig = join(dir, 'webdis.json')
const redisPort = Number(new URL(redisServer.url).port)
await writeFile(
  webdisConfig,
  JSON.stringify({
    redis_host: '127.0.0.1',
    redis_port: redisPort,
    http_host: '127.0.0.1',
    http_port: webdisPort,
    threads: 5,
    pool_size: 20,
    daemonize: false,
    websockets: false,
    database: 0,
    verbosity: 1,
    logfile: join(dir, 'webdis.log'),
  }),
)
const webdis = spawn('webdis', [webdisConfig], { stdio: 'ignore' })
await new Promise((resolve) => setTimeout(resolve, 1_000))

async function wrk(url: string): Promise<number> {
  const { stdout } = await run('wrk', ['-t1', '-c32', `-d${SECONDS}s`, url])
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

/** wrk waits for the body that a HEAD's Content-Length announces; ab knows better. Both methods are measured with it. */
async function ab(url: string, head: boolean): Promise<number> {
  const { stdout } = await run('ab', ['-q', '-k', ...(head ? ['-i'] : []), '-c32', `-t${SECONDS}`, '-n10000000', url])
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  return Number(/Requests per second:\s+([\d.]+)/.exec(stdout)?.[1])
}

const ours = `${server.url}/${TENANT}/imchannel/getImageMessage/${id}`
const theirs = `http://127.0.0.1:${webdisPort}/GET/image.jpg`
// Neither is measured while it compiles or fills its pools.
await wrk(theirs)
await wrk(ours)
await ab(ours, true)
for (let round = 1; round <= ROUNDS; round += 1) {
  const webdisGets = await wrk(theirs)
  const gets = await wrk(ours)
  const abGets = await ab(ours, false)
  const heads = await ab(ours, true)
  console.log(
    `round ${round}: GET ${gets.toFixed(0)}/s, webdis ${webdisGets.toFixed(0)}/s, ratio ${(gets / webdisGets).toFixed(2)}; by ab: GET ${abGets.toFixed(0)}/s, HEAD ${heads.toFixed(0)}/s, ratio ${(heads / abGets).toFixed(2)}`,
  )
}
webdis.kill()
redis.disconnect()
await server.stop()
await redisServer.kill()
