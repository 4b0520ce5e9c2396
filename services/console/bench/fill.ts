import { openDatabase } from '../src/adapters/store/open-database.ts'
import { countRecords } from '../src/adapters/store/read-lists.ts'
import { writeRecords } from '../src/adapters/store/write-records.ts'
import { settingOf } from './setting.ts'
import { BATCH, createRecords, take } from './records.ts'

/** Writes into a store until it is killed: `node fill.ts STORE EVENTS`. Begins where the store ends, as a reader of Kafka would. */
const [store = '', events = '0'] = process.argv.slice(2)
const database = await openDatabase(settingOf(store), (line) => process.stderr.write(`${line}\n`))
const known = await countRecords(database.read)
const source = createRecords(Number(events))
take(source, known)
process.stdout.write('writing\n')
for (;;) await writeRecords(database.write, take(source, BATCH))
