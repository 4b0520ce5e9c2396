import { conversationKey, eventIds } from '@imchannel/events'
import type { ImEventOf, SetConsent } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { Accounts } from '../adapters/accounts.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Conclusions } from '../engine/conclude.ts'
import { lookUp } from '../engine/look-up.ts'
import { noRoute } from '../engine/no-route.ts'
import type { Handled, Work } from '../engine/work.ts'
import { commandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'

/** Where changes of consent go. */
export interface ConsentChanges {
  /** Resolves once Kafka has it, with nothing; or with why consent is off. @throws Abandoned */
  publish(event: ImEventOf<'imchannel.consent.changed.v1'>, signal: AbortSignal): Promise<string | undefined>
}

export interface SetConsentDependencies {
  readonly ledger: Ledger
  readonly accounts: Accounts
  readonly conclusions: Conclusions
  readonly instruments: Instruments
  readonly changes: ConsentChanges
}

/**
 * Says what a command says of consent, as an event, and ends the command once Kafka has it. Twice is what once is: the event's id and
 * its time are those of the command.
 */
export function createSetConsent(deps: SetConsentDependencies): (work: Work<SetConsent>) => Promise<Handled> {
  const { accounts, conclusions, instruments, changes } = deps

  async function outcomeOf(work: Work<SetConsent>): Promise<Outcome> {
    const { command, signal } = work
    const { tenant, from } = command
    const isKnown = from === undefined ? accounts.knows(tenant) : accounts.find(tenant, from) !== undefined
    if (!isKnown) return { how: 'rejected', at: Date.now(), error: noRoute(accounts, { tenant, from: from ?? '' }) }
    const why = await changes.publish(changeOf(command, work.original.timestamp), signal)
    return why === undefined
      ? { how: 'accepted', at: Date.now() }
      : { how: 'rejected', at: Date.now(), error: commandError('consent_off', why) }
  }

  return async (work) => {
    const { held } = await lookUp(deps, work)
    const entry = held.kind === 'entry' ? held.entry : undefined
    if (entry?.state === 'accepted' || entry?.state === 'rejected' || entry?.state === 'expired') {
      if (!entry.reported) return conclusions.report(work, entry)
      instruments.repeated(work, entry.print !== work.send.identity.print)
      return 'done'
    }
    return conclusions.conclude(work, await outcomeOf(work), { attempts: 1 })
  }
}

/** @param writtenAt when the command was: it is the change's own time, however often and late the command is read */
function changeOf(command: SetConsent, writtenAt: number): ImEventOf<'imchannel.consent.changed.v1'> {
  const { id, tenant, from, to, state, scope, template, reason } = command
  const changedAt = new Date(writtenAt).toISOString()
  return {
    type: 'imchannel.consent.changed.v1',
    id: eventIds.consentOf(tenant, id, 'command'),
    tenant,
    key: conversationKey({ tenant, business: from, customer: to }),
    subject: id,
    time: changedAt,
    data: {
      tenant,
      sender: from,
      from: to,
      status: state,
      description: reason,
      changedAt,
      state,
      scope,
      template,
      source: 'command',
      evidence: { commandId: id },
    },
  }
}
