import type { Command } from 'commander'

const HEAD = `# The command line

Written by \`node packages/cli/scripts/write-document.ts\` from the commands' own help; a test holds it to them.

\`npm run imchannel -- COMMAND\` in the checkout, or \`node packages/cli/src/main.ts COMMAND\`. Without a configuration it speaks to what \`npm start\` runs.
`

/** `docs/cli.md`: the help of every command. */
export function commandDocument(program: Command): string {
  return [HEAD, ...sections(program, 'imchannel')].join('\n')
}

function sections(command: Command, path: string): string[] {
  const children = command.commands.filter((child) => child.name() !== 'help')
  const own = `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`
  return [own, ...children.flatMap((child) => sections(child, `${path} ${child.name()}`))]
}

function helpOf(command: Command): string {
  let text = ''
  const former = command.configureOutput()
  command.configureOutput({
    ...former,
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  command.configureOutput(former)
  return text.trimEnd()
}
