import { ledgerIdOf, messageIdOf } from '@imchannel/events'
import type { Command, OutcomeSubject, SendClass } from '@imchannel/events'
import { deadlineOf } from '../domain/deadline.ts'
import { fingerprintOf } from '../domain/fingerprint.ts'
import { sendClassOf } from '../domain/send-class.ts'
import type { Origin, Work } from './work.ts'

/** One handling of a record: what is in hand, the token of its claims, and what ends it early. */
export interface Handling extends Pick<Work, 'record' | 'original' | 'owner' | 'signal' | 'rank'> {
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

/** What is said elsewhere of a command in hand. */
export interface Surroundings {
  readonly maxAgeMs: number
  readonly classOfTopic: SendClass | undefined
}

export function workOf(handling: Handling, command: Command, { maxAgeMs, classOfTopic }: Surroundings): Work {
  const { tenant, from, id } = command
  const isSend = command.type === 'imchannel.message.send.v1'
  const dryRun = isDryRun(command)
  const messageId = messageIdOf(tenant, idInLedger(command))
  return {
    ...handling,
    command,
    sendClass: sendClassOf(isSend ? command.class : undefined, classOfTopic),
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
    sendClass: sendClassOf(undefined, undefined),
    send: {
      tenant,
      messageId: messageIdOf(tenant, ledgerIdOf(commandId, dryRun)),
      identity: { commandId, from, to, print: REFUSED_PRINT },
    },
    subject,
    deadline: { at: Infinity, reason: '', byAge: Infinity },
  }
}
