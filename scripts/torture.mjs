import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm run torture -- [--minutes 5] [--seed 1] [--rate 40] [--check on]
       npm run torture -- --prove [--only BUILD]
       npm run torture -- --bot [--kills 100]
       npm run torture -- --fuzz [--requests 100000] [--seed 1]
       npm run torture -- --scale [--cycles 10]
       npm run torture -- --upgrade-from REF
       npm run torture -- --beside naive [--minutes 3] [--plant BUILD]

Runs the whole system, a process each, under load on a Kafka and a Redis of its own, and kills every part of it as the
seed says while the emulated Infobip throttles, fails, and takes messages without an answer. Then it waits until all is
done and accounts for every id. Ends with 0 only if nothing was lost, doubled, sent blindly, reordered, left unknown or
contradicted, no account was written to that had asked for quiet, no process ended by itself, and no gate said what the
torture's own book contradicts: a window that is open, an opt-out that is lifted, a template that was never paused; and
no budget was overspent by more than what was open.

--minutes  how long the load lasts; the drain comes after it
--rate     commands a second
--check    on: the emulator refuses a messageId that it has taken, as Infobip says it does
--prove    builds with one promise broken each: every one of them must be caught, and the real one pass each trial;
           --only takes a part of a build's name, or "as it is, NAME OF THE TRIAL"
--fuzz     attacks ingress, media-server, dispatcher and emulator with HTTP and JSON that nobody means, and bytes that are
           neither: no 5xx, no crash, no stack, no banner, no growing memory
--bot      kills a bot on packages/bot under load and counts its requests: one for each message, in order
--scale    instances of every service come and go under load, one to four of each, as often as is said
--beside   the same load and the same blows for the gateway that a team writes in an afternoon (bench/peers/naive):
           what each has lost, doubled and reordered, as a table; --plant breaks a promise of ours, to see it turn red
--upgrade-from  a rolling restart from that commit or tag to this checkout under load, and one instance back
`

await command(HELP, async (args) => {
  await installWorkspace(process.env)
  return runOnWorkspaceNode('torture/src/main.ts', args, process.env)
})
