/**
 * Tests that need a real Kafka and Redis and, most of them, whole services: they run on either stack, that of this checkout
 * (`npm test`) and that of images (`npm run test:containers`). What is left out breaks brokers of its own, or runs services
 * inside the test, which containers do not change.
 */
export const INTEGRATION_SUITE = [
  'examples/assistant-bot/test/process.test.ts',
  'examples/echo-bot/test/conversation.test.ts',
  'examples/handover-bot/test/process.test.ts',
  'examples/menu-bot/test/process.test.ts',
  'packages/bot/test/bot.test.ts',
  'packages/cli/test/system.test.ts',
  'packages/ledger/test/ledger.test.ts',
  'packages/media-store/test/media-store.test.ts',
  'packages/redis/test/create-redis.test.ts',
  'packages/telemetry/test/system/conversation-traces.test.ts',
  'packages/telemetry/test/system/metrics-and-secrets.test.ts',
  'services/dispatcher/test/media-kinds.test.ts',
]

/** Tests of the images themselves and of what is made of them: they run where Docker is. */
export const IMAGE_TESTS = [
  'infra/trial/compose.test.ts',
  'infra/trial/images.test.ts',
  'packages/infobip-emulator/test/recipes.test.ts',
  'packages/infobip-emulator/test/testcontainers.test.ts',
  'packages/media-store/test/redis-image.test.ts',
  'packages/testkit/test/containers.test.ts',
]
