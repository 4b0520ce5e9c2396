import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { needsOfStart, requireAll } from './bootstrap/requirements.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm start [-- --demo]

Sets up what is missing and runs the whole system until Ctrl-C: Kafka and Redis where none answers, ingress, dispatcher,
media-server and, where it is configured, the console; with the demo configuration also the Infobip emulator and the echo bot.

  --demo            the emulator and the bot beside a configuration of your own

  IMCHANNEL_CONFIG  the configuration; default imchannel.yaml, without one infra/demo/imchannel.yaml
  KAFKA_BROKERS     a Kafka to use instead of starting one
  REDIS_URL         a Redis to use instead of starting one
  INGRESS_PORT 3001 · DISPATCHER_PORT 3002 · MEDIA_PORT 3003 · CONSOLE_PORT 3004 · EMULATOR_PORT 3010 · BREAK_PORT 3011 · KAFKA_PORT 9092 · REDIS_PORT 6379
  JAEGER_BIN        a Jaeger to start; default: jaeger in the PATH, if there is one
  IMCHANNEL_CACHE   where downloads are kept; default: imchannel in the user's cache folder
  IMCHANNEL_DATA    where Kafka and Redis keep their data; default .imchannel, which \`npm run reset\` wipes
`

await command(HELP, async (args) => {
  requireAll(await needsOfStart(process.env), process.env)
  await installWorkspace(process.env)
  return runOnWorkspaceNode('packages/launcher/src/main.ts', ['start', ...args], process.env)
})
