import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { withLocalRedis } from './bootstrap/local-redis.mjs'
import { requireAll } from './bootstrap/requirements.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm run start:ingress | start:dispatcher | start:media-server | start:console | start:emulator [-- OPTIONS OF THE SERVICE]

Runs one process of that kind against the configured Kafka and Redis, which have to be there.

  PORT              moves this one, so that several of a kind can run
  IMCHANNEL_CONFIG  the configuration; default imchannel.yaml, without one infra/demo/imchannel.yaml
  KAFKA_BROKERS, REDIS_URL, PUBLIC_URL, ADMIN_PORT, LOG_FORMAT, LOG_LEVEL, LOG_PRIVACY, OTEL_*  as the services have them
`

await command(HELP, async (args) => {
  requireAll({ kafka: false, redis: false }, process.env)
  await installWorkspace(process.env)
  return runOnWorkspaceNode('packages/launcher/src/main.ts', ['run', ...args], withLocalRedis(process.env))
})
