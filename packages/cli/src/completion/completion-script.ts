import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

interface Place {
  /** `deadletter replay`; the program itself has none. */
  readonly path: string
  /** What may follow: commands, choices of arguments, options. */
  readonly words: readonly { readonly word: string; readonly about: string }[]
}

/** A script that completes commands and options, made of the commands themselves. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program, '')
  switch (shell) {
    case 'bash':
      return bash(places)
    case 'zsh':
      return `#compdef imchannel\n${walker(places)}\n_imchannel() {\n  _imchannel_words "\${(@)words[2,CURRENT-1]}"\n  compadd -- \${=REPLY}\n}\ncompdef _imchannel imchannel\n`
    case 'fish':
      return fish(places)
  }
}

function placesOf(command: Command, path: string): Place[] {
  const children = command.commands.filter((child) => child.name() !== 'help')
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  const words = [
    ...children.map((child) => ({ word: child.name(), about: child.summary() || child.description() })),
    ...choices.map((word) => ({ word, about: '' })),
    ...command.options.map(({ long, short, description }) => ({ word: long ?? short ?? '', about: description })),
  ]
  return [{ path, words }, ...children.flatMap((child) => placesOf(child, `${path} ${child.name()}`.trim()))]
}

/** A function for bash and zsh: follows the words as far as they are commands, and leaves what may follow in REPLY. */
function walker(places: readonly Place[]): string {
  const common = places[0]?.words.filter(({ word }) => word.startsWith('-')) ?? []
  const cases = places.map(({ path, words }) => {
    const all = path === '' ? words : [...words, ...common]
    return `    '${path}') REPLY='${all.map(({ word }) => word).join(' ')}' ;;`
  })
  const known = places.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  return [
    '_imchannel_words() {',
    `  local at='' word`,
    '  for word in "$@"; do',
    '    case "${at:+$at }$word" in',
    `      ${known.join(' | ')}) at="\${at:+$at }$word" ;;`,
    '    esac',
    '  done',
    '  case "$at" in',
    ...cases,
    '  esac',
    '}',
  ].join('\n')
}

function bash(places: readonly Place[]): string {
  return `${walker(places)}
_imchannel() {
  local REPLY
  _imchannel_words "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  COMPREPLY=($(compgen -W "$REPLY" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _imchannel imchannel
`
}

function fish(places: readonly Place[]): string {
  const paths = places.map(({ path }) => path).filter((path) => path !== '')
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ word, about }) => {
      const option = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      return `complete -c imchannel -n "test (_imchannel_at) = '${path}'" ${option} -d '${about.split('\n')[0]?.replaceAll(/['\\]/g, '') ?? ''}'`
    }),
  )
  return `function _imchannel_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch (string trim "$at $word")
      case ${paths.map((path) => `'${path}'`).join(' ')}
        set at (string trim "$at $word")
    end
  end
  echo $at
end
complete -c imchannel -f
${lines.join('\n')}
`
}
