/** What a line is about. `fn` is the action, in the legacy system's words: `onMessage`, `sendMessage` … */
export interface LogContext {
  readonly fn: string
  readonly tenant?: string | undefined
  readonly messageId?: string | undefined
  readonly [field: string]: string | number | boolean | undefined
}
