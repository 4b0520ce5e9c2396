export {
  createLogger,
  type LogFormat,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type LogPrivacy,
  type LogSettings,
} from './create-logger.ts'
export { id, json, jsonText, line, raw, type LogText } from './log-text.ts'
export type { LogContext } from './log-context.ts'
export { createTroubleLog, type TroubleLogOptions } from './trouble-log.ts'
export { maskJson } from './mask-json.ts'
export { maskCodedNumbers, maskId, maskNumber, maskText } from './mask-text.ts'
