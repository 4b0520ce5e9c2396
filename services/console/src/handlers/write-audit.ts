/** What somebody did, for the audit. */
export interface AuditEntry {
  readonly action: 'reveal' | 'replay' | 'consent' | 'let in'
  readonly by: string
  readonly tenant: string
  /** Of the conversation; told by an HMAC, never by the numbers. */
  readonly parties?: { readonly business: string; readonly customer: string } | undefined
  /** `topic/partition/offset` of the record that it was done to. */
  readonly place?: string | undefined
  readonly outcome: string
  readonly detail?: string | undefined
}

/** Resolves once Kafka has it. @throws ConsoleError where it has not: then the action is not taken */
export type WriteAudit = (entry: AuditEntry) => Promise<void>
