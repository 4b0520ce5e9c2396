// node start-console.mjs FOLDER MAIN: makes the console's password at its first start, says where it is, and starts it.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder = '', main = ''] = process.argv.slice(2)
const file = join(folder, 'password')
if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600, flag: 'wx' })
process.env['CONSOLE_PASSWORD'] = readFileSync(file, 'utf8')
process.stdout.write(
  `The console's user is operator, its password in ${file}: docker compose exec console node -p "fs.readFileSync('${file}', 'utf8')"\n`,
)
await import(pathToFileURL(main).href)
