import type { Command } from '@imchannel/events'
import type { Accounts } from '../adapters/accounts.ts'
import { commandError } from '../errors.ts'
import type { CommandError } from '../errors.ts'

/** Why a command for whose number there is no account cannot be sent. */
export function noRoute(accounts: Accounts, { tenant, from }: Pick<Command, 'tenant' | 'from'>): CommandError {
  return accounts.knows(tenant)
    ? commandError('unknown_sender', `${from} is in no account of ${tenant}`)
    : commandError('unknown_tenant', tenant)
}
