/** Something with a life: a server, a consumer, a connection, or a whole process made of them. */
export interface Service {
  /** Resolves once it does its work. May be cut short by `stop()`, and rejects then. */
  start(): Promise<void>
  /** Drains and ends; idempotent, and safe before, during and after `start()`. */
  stop(): Promise<void>
}
