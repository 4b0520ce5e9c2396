import { AsyncLocalStorage } from 'node:async_hooks'

/** What requests of kafkajs are to know that no option of it carries there. */
export interface SessionContext {
  /** The `group.instance.id` of a static member (KIP-345). */
  readonly instanceName?: string | undefined
  /** Set once a request had a place for the name: brokers before 2.3 know none. */
  isNamed?: boolean
}

const sessions = new AsyncLocalStorage<SessionContext>()

/** Requests that come of `work`, however much later, are this session's. Bare consumers of kafkajs have none. */
export function inSession<T>(session: SessionContext, work: () => T): T {
  return sessions.run(session, work)
}

export function currentSession(): SessionContext | undefined {
  return sessions.getStore()
}
