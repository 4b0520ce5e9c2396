import { Argument, type Command } from 'commander'
import { completionScript, SHELLS, type Shell } from '../completion/completion-script.ts'
import type { RunCommand } from '../run-command.ts'

/** Completion for shells. */
export function addCompletion(program: Command, run: RunCommand): void {
  program
    .command('completion')
    .summary('print completion for bash, zsh or fish')
    .description('Prints the completion for a shell: source <(imchannel completion bash)')
    .addArgument(new Argument('<shell>', 'which').choices(SHELLS))
    .action(
      run(async ({ io }, _options: object, shell: Shell) => {
        io.stdout.write(completionScript(program, shell))
        return 0
      }),
    )
}
