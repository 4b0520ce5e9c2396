import { resolve } from 'node:path'
import { packPackages } from './pack-packages.ts'

const [folder = 'packed'] = process.argv.slice(2)
const tarballs = packPackages(resolve(folder), (name) => process.stderr.write(`building ${name}\n`))
process.stdout.write(tarballs.map((file) => `${file}\n`).join(''))
