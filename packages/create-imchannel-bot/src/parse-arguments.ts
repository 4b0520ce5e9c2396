import { parseArgs } from 'node:util'
import { Refusal } from './refusal.ts'

export const USAGE = `npm create imchannel-bot FOLDER [-- options]

Creates a WhatsApp bot for IMChannel in FOLDER, which must be new or empty.

  --tenant NAME       the tenant whose customers the bot answers (default: acme, the demo's)
  --packages FOLDER   install @imchannel packages from the tarballs in FOLDER
  --no-install        do not run npm install
`

export interface Options {
  readonly folder: string
  readonly tenant: string
  readonly packages: string | undefined
  readonly install: boolean
}

/** @throws Refusal where an argument is missing, unknown or malformed */
export function parseArguments(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args)
  if (values.help === true) return 'help'
  const [folder, ...others] = positionals
  if (folder === undefined || others.length > 0) throw new Refusal(`Name one folder for the bot.\n\n${USAGE}`)
  const tenant = values.tenant ?? 'acme'
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(tenant)) {
    throw new Refusal(`--tenant ${tenant}: lower-case letters, digits and hyphens, at most 63 characters`)
  }
  return { folder, tenant, packages: values.packages, install: values['no-install'] !== true }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        tenant: { type: 'string' },
        packages: { type: 'string' },
        'no-install': { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}
