import { resolve } from 'node:path'
import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { SHIPPED_FILTERS } from './bootstrap/shipped-packages.mjs'
import { runStep } from './bootstrap/steps.mjs'

const HELP = `npm run sbom [-- FILE]

Writes what the services, the emulator, the command line and the bot run with as CycloneDX: every package with version, licence
and checksum, from the lockfile. Default imchannel.cdx.json.
`

await command(HELP, async ([file = 'imchannel.cdx.json']) => {
  await installWorkspace(process.env)
  const format = ['--prod', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  const args = [...SHIPPED_FILTERS, 'sbom', ...format, '--out', resolve(file)]
  return runStep({ name: 'sbom', command: 'pnpm', args }, process.env)
})
