import { ConfigRefused, configFile, readSnapshot } from './open-config.ts'

/** `--check-config`: says what is wrong, or that nothing is, and returns the exit code. */
export function checkConfig(env: Readonly<Record<string, string | undefined>>, print: (line: string) => void): 0 | 1 {
  try {
    const { warnings, config } = readSnapshot(env)
    for (const warning of warnings) print(`warning: ${warning}`)
    const count = Object.keys(config.tenants).length
    print(`${configFile(env)} is fine: ${count} ${count === 1 ? 'tenant' : 'tenants'}`)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error
    print(error.message)
    return 1
  }
}
