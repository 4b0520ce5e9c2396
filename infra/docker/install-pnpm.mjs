// node install-pnpm.mjs CACHE: puts the pnpm that package.json names, held by the lockfile's hash, into the PATH.
import { symlinkSync } from 'node:fs'
import { bringPnpm } from '../../scripts/bootstrap/bring-pnpm.mjs'

const [cache = ''] = process.argv.slice(2)
symlinkSync(await bringPnpm(cache, process.env), '/usr/local/bin/pnpm')
