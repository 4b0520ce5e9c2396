import { ledgerIdOf, messageIdOf } from '@imchannel/events'
import type { Command, OutcomeSubject } from '@imchannel/events'
import { deadlineOf } from '../domain/deadline.ts'
import { fingerprintOf } from '../domain/fingerprint.ts'
import type { Origin, Work } from './work.ts'

/** One handling of a record: what is in hand, the token of its claims, and what ends it early. */
export interface Handling extends Pick<Work, 'record' | 'original' | 'owner' | 'signal'> {
  readonly origin: Origin
}

/** Stands in the ledger in the fingerprint's place: what a refused command wrote never stands against a valid one before it. */
export const REFUSED_PRINT = 'refused'

function isDryRun(command: Command): boolean {
  return command.type === 'imchannel.message.send.v1' && command.validateOnly === true
}

export function idInLedger(command: Command): string {
  return ledgerIdOf(command.id, isDryRun(command))
}

export function workOf(handling: Handling, command: Command, maxAgeMs: number): Work {
  const { tenant, from, id } = command
  const isSend = command.type === 'imchannel.message.send.v1'
  const dryRun = isDryRun(command)
  const messageId = messageIdOf(tenant, idInLedger(command))
  return {
    ...handling,
    command,
    send: {
      tenant,
      messageId,
      identity: { commandId: id, from: from ?? '-', to: command.to ?? '-', print: fingerprintOf(command) },
      ...(isSend && command.sendAt !== undefined ? { sendAt: Date.parse(command.sendAt) } : {}),
    },
    subject: {
      commandId: id,
      tenant,
      ...(from === undefined ? {} : { from }),
      ...(command.to === undefined ? {} : { to: command.to }),
      ...(isSend ? {} : { kind: command.type }),
      ...(isSend && command.callbackData !== undefined ? { callbackData: command.callbackData } : {}),
      ...(isSend && !dryRun ? { messageId } : {}),
      ...(dryRun ? { dryRun } : {}),
    },
    deadline: deadlineOf(command, handling.original.timestamp, maxAgeMs),
  }
}

/** A refused command as far as it could be read. */
export function refusedWork(handling: Handling, subject: OutcomeSubject & { tenant: string }): Work {
  const { commandId, tenant, from = '-', to = '-', dryRun = false } = subject
  return {
    ...handling,
    // `as`: nothing but tenant and id is read of a command that is refused unread.
    command: { type: 'imchannel.message.send.v1', id: commandId, tenant } as Command,
    send: {
      tenant,
      messageId: messageIdOf(tenant, ledgerIdOf(commandId, dryRun)),
      identity: { commandId, from, to, print: REFUSED_PRINT },
    },
    subject,
    deadline: { at: Infinity, reason: '', byAge: Infinity },
  }
}
