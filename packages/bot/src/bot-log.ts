export type BotLogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Takes what a bot has to say: a text, and facts such as an event's id. Texts of customers are never in it. */
export type BotLog = (level: BotLogLevel, text: string, fields: Record<string, string | number | boolean>) => void

/** Warnings and errors, a line each, on stderr. */
export function logToStderr(name: string): BotLog {
  return (level, text, fields) => {
    if (level === 'debug' || level === 'info') return
    const facts = Object.entries(fields).map(([key, value]) => ` ${key}=${String(value)}`)
    process.stderr.write(`[${name}] ${level}: ${text.replaceAll('\n', ' ')}${facts.join('')}\n`)
  }
}
