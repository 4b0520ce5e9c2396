import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createProgram } from '../src/create-program.ts'
import { completionScript } from '../src/completion/completion-script.ts'

const program = createProgram(() => async () => undefined)

test.each([
  [['dead'], ['deadletter']],
  [['deadletter', ''], expect.arrayContaining(['list', 'show', 'replay', 'purge', '--json'])],
  [['deadletter', 'replay', '--per'], ['--per-second']],
  [['--json', 'tail', 'in'], ['inbound']],
  [['completion', 'z'], ['zsh']],
])('bash completes %j', (words, expected) => {
  const typed = ['imchannel', ...words].map((word) => `'${word}'`).join(' ')
  const script = `${completionScript(program, 'bash')}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _imchannel; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual(expected)
})

test('zsh and fish get every command', () => {
  for (const shell of ['zsh', 'fish'] as const) {
    const script = completionScript(program, shell)
    for (const word of ['deadletter', 'doctor', 'conversation', 'per-second']) expect(script).toContain(word)
  }
})
