export { checkConfig } from './check-config.ts'
export { openConfig, type ConfigSource, type OpenConfigOptions } from './open-config.ts'
export type {
  Account,
  Config,
  ConsoleConfig,
  KafkaConfig,
  Limits,
  RedisConfig,
  Sender,
  Tenant,
  TlsConfig,
  WebhookAuth,
  WebhookResponse,
} from './config.ts'
export { configurationDocument } from './configuration-document.ts'
export { gateModes, type GateModes } from './gate-modes.ts'
export { loadConfig, type ConfigInput, type ConfigResult } from './load-config.ts'
export type { ConfigProblem } from './config-problem.ts'
export { Secret } from './secret.ts'
export { serviceHelp } from './service-help.ts'
export type { OutboundTopic } from './topics-schema.ts'
export { portfolioOf } from './portfolio-of.ts'
