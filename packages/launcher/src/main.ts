import { parseArgs } from 'node:util'
import { dieWithParent } from './lifeline.ts'
import { Refusal } from './refusal.ts'
import { runOne } from './run-one.ts'
import { startSystem } from './start-system.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function main([mode, ...args]: readonly string[]): Promise<number> {
  if (mode === 'run') return runOne(args[0], args.slice(1), process.env)
  const { values } = parseArgs({ args, options: { demo: { type: 'boolean', default: false } } })
  return startSystem({ demo: values.demo, env: process.env, say })
}

dieWithParent()
try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  const isPlain = error instanceof Refusal || (error instanceof Error && error.name === 'ConfigRefused')
  process.stderr.write(`${isPlain ? error.message : String(error instanceof Error ? error.stack : error)}\n`)
  process.exit(1)
}
