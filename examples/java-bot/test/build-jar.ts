import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDir, findExecutables, runTool } from '@imchannel/local-stack'

const folder = fileURLToPath(new URL('..', import.meta.url))
const types = fileURLToPath(new URL('../../../clients/java', import.meta.url))

export type Built = { readonly java: string; readonly jar: string } | { readonly missing: string }

/** Builds the bot with the machine's Maven, without network where everything is in the cache folder already. @throws when it does not compile */
export async function buildJar(env: NodeJS.ProcessEnv): Promise<Built> {
  const [mvn, javac, java] = ['mvn', 'javac', 'java'].map((name) => findExecutables(name, env)[0])
  if (mvn === undefined || javac === undefined || java === undefined)
    return { missing: 'it needs mvn, javac and java in the PATH' }
  const args = ['-B', '-ntp', `-Dmaven.repo.local=${join(cacheDir(env), 'maven')}`]
  // The types first: the bot takes them from the local repository, as it would from Maven Central.
  const build = async (options: readonly string[]) =>
    (await runTool(mvn, [...options, ...args, 'install'], { env, cwd: types })) ??
    (await runTool(mvn, [...options, ...args, 'package'], { env, cwd: folder }))
  let failure = await build(['-o'])
  if (failure !== undefined && isUnavailable(failure)) failure = await build([])
  if (failure === undefined) return { java, jar: join(folder, 'target', 'java-bot.jar') }
  if (isUnavailable(failure)) return { missing: `Maven could not get what it needs: ${failure}` }
  throw new Error(failure)
}

/** Something is not in the cache and could not be fetched; anything else is wrong with the code. */
function isUnavailable(failure: string): boolean {
  return /could not (be )?(resolve|transfer|find artifact)|offline mode|said nothing for/i.test(failure)
}
