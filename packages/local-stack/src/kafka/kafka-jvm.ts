import { join } from 'node:path'
import { spawnManaged, type ManagedChild } from '../process/managed-child.ts'
import { javaRuntime } from '../sources/java-runtime.ts'
import { kafkaJars } from '../sources/kafka-jars.ts'
import type { Source } from '../sources/source.ts'
import { classArchive } from './class-archive.ts'

/** Short-lived and small: no optimising compiler, no parallel collector. */
const FLAGS = ['-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.awt.headless=true']
const DEFAULT_HEAP_MB = 256
/** Settings of Kafka's log, in the data folder. */
export const LOGGING = 'log4j2.properties'

export interface KafkaJvmOptions {
  dataDir: string
  heapMb?: number | undefined
  jvmOptions?: readonly string[] | undefined
}

/** Java with Kafka's classes. What its programs print goes to files in `dataDir`. */
export interface KafkaJvm {
  /** The broker itself. */
  serve(args: readonly string[]): Promise<ManagedChild>
  /** Kafka's StorageTool. */
  storageTool(args: readonly string[]): Promise<ManagedChild>
}

/** @throws when Java or the jars cannot be had */
export async function kafkaJvm(source: Source, { dataDir, heapMb, jvmOptions }: KafkaJvmOptions): Promise<KafkaJvm> {
  const java = await javaRuntime(source)
  const classPath = join(await kafkaJars(source), '*')
  const classes = classArchive(java, source.cache, dataDir)
  const run = (options: readonly string[], main: readonly string[], output: string): Promise<ManagedChild> =>
    spawnManaged(
      java,
      [
        `-Xmx${heapMb ?? DEFAULT_HEAP_MB}m`,
        ...FLAGS,
        `-Dlog4j2.configurationFile=${join(dataDir, LOGGING)}`,
        ...classes.use,
        ...options,
        '-cp',
        classPath,
        ...main,
      ],
      { output: { file: join(dataDir, output) } },
    )
  return {
    serve: async (args) => {
      const child = await run([...classes.make, ...(jvmOptions ?? [])], ['kafka.Kafka', ...args], 'kafka.out')
      // Where the archive cannot be kept the next start is slower, and nothing else.
      const kept = child.exited.then(async (exit) => {
        await classes.keep(exit.code).catch(() => undefined)
        return exit
      })
      return { ...child, exited: kept, stop: (graceMs) => child.stop(graceMs).then(() => kept) }
    },
    storageTool: (args) => run([], ['kafka.tools.StorageTool', ...args], 'format.out'),
  }
}
