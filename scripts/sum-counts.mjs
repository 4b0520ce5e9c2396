import { readFileSync } from 'node:fs'
import { countsText } from './bootstrap/count-tests.mjs'
import { say } from './bootstrap/say.mjs'

// node scripts/sum-counts.mjs FILE: one line for all runs that left their counts there (TEST_COUNTS).
const [file = ''] = process.argv.slice(2)
const sum = { passed: 0, failed: 0, skipped: 0 }
for (const line of readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')) {
  /** @type {import('./bootstrap/count-tests.mjs').Counts} */
  const { passed, failed, skipped } = JSON.parse(line)
  sum.passed += passed
  sum.failed += failed
  sum.skipped += skipped
}
say(countsText(sum))
