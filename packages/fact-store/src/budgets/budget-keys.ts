/** One count: of a budget, for a scope, in a period. */
export interface CounterName {
  /** Of the budget: `sender/day/messages`. */
  readonly budget: string
  /** The business number, digits; `-` where it is the tenant's. */
  readonly scope: string
  /** `2026-12-01`, `2026-12`. */
  readonly period: string
}

/** All of a tenant's lies in one slot of a cluster, with how far Kafka was read into it: what a failover takes back, it takes back of all. */
function tagOf(tenant: string): string {
  return `imc:f:{b-${tenant}}`
}

/** A hash: `used`, `settled`, and by messageId `state|units|rank`. */
export function counterKey(tenant: string, prefix: string, { budget, scope, period }: CounterName): string {
  return `${tagOf(tenant)}:n:${prefix}:${budget}:${scope}:${period}`
}

/** A hash: the units of what may be on its way, by messageId. */
export function openKey(tenant: string, prefix: string, { budget, scope, period }: CounterName): string {
  return `${tagOf(tenant)}:o:${prefix}:${budget}:${scope}:${period}`
}

/** A hash: when each message was sent since the customer wrote, by messageId. */
export function unansweredKey(tenant: string, prefix: string, conversation: { from: string; to: string }): string {
  return `${tagOf(tenant)}:l:${prefix}:${conversation.from}:${conversation.to}`
}

/** Of all that a tenant's customers have not answered: for SCAN. */
export function unansweredPattern(tenant: string): string {
  return `${tagOf(tenant)}:l:*`
}

/** A hash: `ends`, `last`, `changes`, and the next offset to read by `topic:partition`. */
export function budgetReadingKey(tenant: string, prefix: string): string {
  return `${tagOf(tenant)}:read:${prefix}`
}

/** Who follows Kafka and keeps the counts there, of the dispatchers of one prefix. */
export function budgetLeaseKey(prefix: string): string {
  return `imc:f:lease:${prefix}:budgets`
}
