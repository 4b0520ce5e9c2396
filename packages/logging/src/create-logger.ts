import { isSpanContextValid, trace } from '@opentelemetry/api'
import { compactJson } from './compact-json.ts'
import { createLineSink } from './line-sink.ts'
import type { LogContext } from './log-context.ts'
import type { LogPiece, LogText } from './log-text.ts'
import { maskJson } from './mask-json.ts'
import { maskCodedNumbers, maskError, maskId, maskText } from './mask-text.ts'

export type LogFormat = 'classic' | 'json'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogPrivacy = 'none' | 'mask'

/** What may change while the service runs. */
export interface LogSettings {
  readonly format: LogFormat
  readonly level: LogLevel
  readonly privacy: LogPrivacy
}

export interface LoggerOptions extends LogSettings {
  readonly service: string
  /** Takes each line without its line end. Default: standard output, batched, in order. */
  readonly write?: (line: string) => void
}

/** Lines of one action each. No method ever throws, whatever is logged. */
export interface Logger {
  debug(context: LogContext, text: LogText | string): void
  info(context: LogContext, text: LogText | string): void
  warn(context: LogContext, text: LogText | string): void
  /** With an error, its stack and its causes are added on the same line. */
  error(context: LogContext, text: LogText | string, error?: unknown): void
  /** Takes up changed settings from the next line on. */
  configure(settings: LogSettings): void
  /** Resolves once all lines so far are written. */
  flush(): Promise<void>
}

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
/** A webhook of 32 MiB is one line as well, but not one that a log collector would take. */
const MAX_LINE_LENGTH = 1024 * 1024

/**
 * The project's logger. `classic` prints `[IMCHANNEL] [fn] text`, the legacy system's lines to the letter; `json` the same
 * facts with `service`, `function`, `tenant`, `messageId` and the active span's ids.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { service } = options
  let settings: LogSettings = options
  const sink = options.write ? { write: options.write, flush: async () => undefined } : createLineSink(1)

  function log(level: LogLevel, context: LogContext, text: LogText | string, error?: unknown): void {
    if (ranks[level] < ranks[settings.level]) return
    try {
      const { format, privacy } = settings
      const message = render(text, privacy) + (error === undefined ? '' : `: ${oneLine(describe(error, privacy))}`)
      const shown = privacy === 'mask' ? maskCodedNumbers(message) : message
      const about = privacy === 'mask' ? maskContext(context) : context
      sink.write(cut(format === 'json' ? jsonLine(service, level, about, shown) : classicLine(level, about, shown)))
    } catch {
      // What cannot be printed (a getter that throws, a cycle) must not end the action that it was about.
      sink.write(`[IMCHANNEL] [${context.fn}] [WARN] a line could not be printed`)
    }
  }

  return {
    debug: (context, text) => log('debug', context, text),
    info: (context, text) => log('info', context, text),
    warn: (context, text) => log('warn', context, text),
    error: (context, text, error) => log('error', context, text, error),
    configure: (next) => {
      settings = next
    },
    flush: () => sink.flush(),
  }
}

function maskContext({ fn, ...fields }: LogContext): LogContext {
  const masked = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? maskId(value) : value,
  ])
  return { fn, ...Object.fromEntries(masked) }
}

function classicLine(level: LogLevel, context: LogContext, message: string): string {
  // Information has no level in the legacy lines; what is worse, or less, is marked the way they mark [REDIS].
  const mark = level === 'info' ? '' : ` [${level.toUpperCase()}]`
  return `[IMCHANNEL] [${context.fn}]${mark} ${message}`
}

function jsonLine(service: string, level: LogLevel, context: LogContext, message: string): string {
  const { fn, ...fields } = context
  const span = trace.getActiveSpan()?.spanContext()
  const ids = span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {}
  const facts = { time: new Date().toISOString(), level, service, function: fn, ...fields, ...ids, message }
  // The same text to a parser, and nothing to a terminal.
  return oneLine(JSON.stringify(facts))
}

function render(text: LogText | string, privacy: LogPrivacy): string {
  if (typeof text === 'string') return oneLine(text)
  return text.pieces.map((piece) => renderPiece(piece, privacy)).join('')
}

function renderPiece(piece: LogPiece, privacy: LogPrivacy): string {
  switch (piece.kind) {
    case 'literal':
    case 'raw':
      return oneLine(piece.text)
    case 'id':
      return oneLine(privacy === 'mask' ? maskId(piece.text) : piece.text)
    case 'value':
      return oneLine(privacy === 'mask' ? maskText(piece.text) : piece.text)
    case 'json': {
      const text = jsonText(piece.source)
      return oneLine(privacy === 'mask' ? maskJson(text) : compactJson(text))
    }
    default:
      return piece satisfies never
  }
}

function jsonText(source: Uint8Array | string | { readonly value: unknown }): string {
  if (typeof source === 'string') return source
  if (source instanceof Uint8Array)
    return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8')
  return JSON.stringify(source.value) ?? 'undefined'
}

/** What ends a line, moves a terminal's cursor, or turns the direction of writing: C0, DEL, C1, separators, bidi controls. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Nothing that somebody sent makes a second line that looks like ours, or does something to the terminal that shows it. */
function oneLine(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === '\n') return String.raw`\n`
    return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0')
  })
}

function cut(text: string): string {
  return text.length <= MAX_LINE_LENGTH ? text : `${text.slice(0, MAX_LINE_LENGTH)}… (${text.length} characters)`
}

function describe(error: unknown, privacy: LogPrivacy): string {
  if (!(error instanceof Error)) return privacy === 'mask' ? maskText(String(error)) : String(error)
  const cause = error.cause === undefined ? '' : ` (cause: ${describe(error.cause, privacy)})`
  return `${privacy === 'mask' ? maskError(error) : (error.stack ?? error.message)}${cause}`
}
