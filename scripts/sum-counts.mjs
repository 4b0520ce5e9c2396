import { readFileSync } from 'node:fs'
import { countsText, sumRuns } from './bootstrap/count-tests.mjs'
import { say } from './bootstrap/say.mjs'

// node scripts/sum-counts.mjs FILE: one line for all runs that left their counts there (TEST_COUNTS).
const [file = ''] = process.argv.slice(2)
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
say(countsText(sumRuns(lines.map((line) => JSON.parse(line)))))
