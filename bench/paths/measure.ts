// Which files a message goes through: those of which a function is called, by V8's own count, in processes that are warm.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePorts, startKafka, startRedis } from '@imchannel/local-stack'
import { startTestSystem, type TestSystem } from '@imchannel/testkit'
import { stretches, type Stretch } from './stretches.ts'
import { watchProcess, type WatchedProcess } from './watched-process.ts'

/** First uses, which load, connect and remember, are over by then. */
const WARM_ROUNDS = 10
/** What runs in each of them belongs to the path; what a timer ran meanwhile is not in all. */
const ROUNDS = 25
const DOCUMENT = new URL('../../docs/contributing/files-of-a-path.md', import.meta.url)

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })

const folder = await mkdtemp(join(tmpdir(), 'imchannel-paths-'))
const kafka = await startKafka({ dataDir: join(folder, 'kafka') })
const redis = await startRedis({ dataDir: join(folder, 'redis') })
try {
  const [ingress = 0, dispatcher = 0, mediaServer = 0] = await freePorts(3)
  const ports = { ingress, dispatcher, 'media-server': mediaServer }
  await using system = await startTestSystem({
    brokers: kafka.brokers,
    redisUrl: redis.url,
    partEnv: {
      ingress: inspected(ingress),
      dispatcher: inspected(dispatcher),
      'media-server': inspected(mediaServer),
    },
  })
  const text = await describePaths(system, ports)
  process.stdout.write(text)
  if (values.write) await writeFile(DOCUMENT, text)
} finally {
  await Promise.all([kafka.stop(), redis.stop()])
  await rm(folder, { recursive: true, force: true })
}

function inspected(port: number): Record<string, string> {
  return { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` }
}

async function describePaths(system: TestSystem, ports: Readonly<Record<Stretch['service'], number>>): Promise<string> {
  const parts: string[] = []
  for (const stretch of stretches(system)) {
    using service = await watchProcess(ports[stretch.service])
    parts.push(section(stretch, await filesOf(stretch, service)))
  }
  return `# The files of a path

Files of which a function runs while one message goes through a warm process, as V8 counts calls (\`node bench/paths/measure.ts --write\` writes this page). Loading a module is no call. A file is listed where it ran in each of ${ROUNDS} messages: timers that came between are left out, what each message sets in motion is not.

${parts.join('\n')}`
}

async function filesOf(stretch: Stretch, service: WatchedProcess): Promise<readonly string[]> {
  for (let round = 0; round < WARM_ROUNDS; round++) await (await stretch.prepare())()
  let common: readonly string[] | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const run = await stretch.prepare()
    await service.filesRun()
    await run()
    const files = await service.filesRun()
    common = (common ?? [...files]).filter((file) => files.has(file))
  }
  return (common ?? []).toSorted()
}

function section({ service, from, to }: Stretch, files: readonly string[]): string {
  const list = files.map((file) => `- \`${file}\``).join('\n')
  return `## ${service}: ${files.length} files\n\nFrom ${from} to ${to}.\n\n${list}\n`
}
