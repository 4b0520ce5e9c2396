import { uuidV5In } from './uuid-v5.ts'

/** The namespace of Infobip message ids, public so that a bot in any language can compute them. */
export const messageIdNamespace = '6f1d8c3a-5b0e-5d7a-9c41-2e8b7f60a4d3'
const uuid = uuidV5In(messageIdNamespace)

/**
 * The `messageId` under which the dispatcher sends a command: UUIDv5 of `{tenant}:{commandId}` in `messageIdNamespace`. The same
 * command always has the same id, so Infobip can recognise a repeat and a bot knows a report's command without a look-up.
 */
export function messageIdOf(tenant: string, commandId: string): string {
  return uuid(`${tenant}:${commandId}`)
}

/** What a command is called in the ledger: a dry run and the later send of the same id are two things. No id holds a NUL. */
export function ledgerIdOf(commandId: string, isDryRun: boolean): string {
  return isDryRun ? `${commandId}\0dry run` : commandId
}
