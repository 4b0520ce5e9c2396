import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createBot } from '@imchannel/bot'
import { broadcast } from './broadcast.ts'
import { parseCsv } from './parse-csv.ts'
import { openReport } from './report.ts'

const { values } = parseArgs({
  options: {
    csv: { type: 'string' },
    name: { type: 'string' },
    from: { type: 'string' },
    template: { type: 'string' },
    language: { type: 'string', default: 'en_GB' },
    placeholders: { type: 'string', default: '' },
    'per-second': { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
})
const { csv, name, from, template, language, placeholders } = values
const perSecond = Number(values['per-second'])
if (values.help || !csv || !name || !from || !template || !(perSecond > 0)) {
  console.log(`Sends a template to everybody in a CSV file with a column "to".

  --csv FILE --name NAME --from NUMBER --template NAME [--language en_GB]
  --placeholders a,b     columns that fill the template, in order
  --per-second 10        no faster than this

The report is NAME.report.jsonl; the same command goes on with it. KAFKA_BROKERS, BOT_TENANT, TOPIC_PREFIX as for a bot.`)
  process.exit(values.help ? 0 : 1)
}

const { KAFKA_BROKERS = '127.0.0.1:9092', BOT_TENANT = 'acme', TOPIC_PREFIX = 'imchannel' } = process.env
await broadcast({
  bot: createBot({
    brokers: KAFKA_BROKERS.split(','),
    tenant: BOT_TENANT,
    topicPrefix: TOPIC_PREFIX,
    groupId: `${TOPIC_PREFIX}.broadcast.${name}`,
  }),
  name,
  from,
  rows: parseCsv(readFileSync(csv, 'utf8')),
  compose: (row) => ({
    type: 'template',
    name: template,
    language,
    placeholders: placeholders.split(',').flatMap((column) => row[column] ?? []),
  }),
  perSecond,
  report: await openReport(`${name}.report.jsonl`),
  onProgress: console.log,
})
