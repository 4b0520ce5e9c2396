import { Refusal } from './say.mjs'

/**
 * Runs a command of package.json: `--help` prints its page, a refusal its text alone, and either sets the exit code.
 * @param {string} help
 * @param {(args: string[]) => Promise<number>} run gives the exit code
 */
export async function command(help, run) {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
    return
  }
  try {
    process.exitCode = await run(args)
  } catch (error) {
    process.stderr.write(error instanceof Refusal ? `${error.message}\n` : `${/** @type {Error} */ (error).stack}\n`)
    process.exitCode = 1
  }
}
