#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArguments, USAGE } from './parse-arguments.ts'
import { Refusal } from './refusal.ts'
import { tarballsIn } from './tarballs.ts'
import { writeBot } from './write-bot.ts'

process.exitCode = run(process.argv.slice(2))

function run(args: readonly string[]): number {
  try {
    const options = parseArguments(args)
    if (options === 'help') {
      process.stdout.write(USAGE)
      return 0
    }
    const folder = resolve(options.folder)
    const tarballs = options.packages === undefined ? undefined : tarballsIn(options.packages)
    writeBot({ folder, tenant: options.tenant, tarballs })
    process.stdout.write(`created ${options.folder}\n`)
    if (options.install && !install(folder)) return 1
    const steps = [`cd ${options.folder}`, ...(options.install ? [] : ['npm install']), 'npm test', 'npm start']
    process.stdout.write(`\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`)
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

function install(folder: string): boolean {
  const windows = process.platform === 'win32'
  const { status } = spawnSync('npm', ['install', '--no-fund', '--no-audit'], {
    cwd: folder,
    stdio: 'inherit',
    shell: windows,
  })
  if (status !== 0) process.stderr.write(`npm install failed: run it again in ${folder}\n`)
  return status === 0
}
