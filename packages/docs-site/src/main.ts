import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSite } from './build-site.ts'
import { checkout } from './pages.ts'

const [folder = join(checkout, '.imchannel/docs')] = process.argv.slice(2)
const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string } // the workspace's own
const { pages, front } = await buildSite(resolve(folder), version)
process.stdout.write(`${pages} pages: file://${front}\n`)
