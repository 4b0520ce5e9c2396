import { pathWithout } from '../packages/local-stack/src/machine/hide-programs.mjs'
import { OPTIONAL_NAMES } from './bootstrap/optional-programs.mjs'

// node scripts/bare-path.mjs FOLDER: prints the PATH of a machine that has no optional program. Its links are made in that folder.
const [folder = ''] = process.argv.slice(2)
process.stdout.write(`${pathWithout(OPTIONAL_NAMES, folder, process.env)}\n`)
