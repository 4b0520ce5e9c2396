import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account, Sender, Tenant } from '@imchannel/config'
import { createInfobipClient, type Outcome, readResponse } from '@imchannel/infobip'
import { usage } from '../session/failure.ts'
import { durationText } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, problem, warning } = findingsOf('infobip')

export interface DuplicateTrial {
  readonly tenant: Tenant
  readonly sender: Sender
  readonly account: Account
  /** Digits. */
  readonly to: string
  /** Between the two sends. */
  readonly gapMs: number
}

/** The sender of a trial. @throws Failure where it cannot be told */
export function chooseSender(tenant: Tenant, from: string | undefined): Pick<DuplicateTrial, 'account' | 'sender'> {
  const all = tenant.accounts.flatMap((account) => account.senders.map((sender) => ({ account, sender })))
  const fitting = from === undefined ? all : all.filter(({ sender }) => sender.number === from)
  const [only, ...others] = fitting
  if (only === undefined) throw usage(`${tenant.id} has no number ${from ?? ''}; it has ${numbersOf(all)}`)
  if (others.length > 0) throw usage(`from which number? --from ${all.map(({ sender }) => sender.number).join(' | ')}`)
  return only
}

function numbersOf(all: readonly { sender: Sender }[]): string {
  return all.map(({ sender }) => sender.number).join(', ') || 'none'
}

/**
 * Sends one message twice under one messageId and tells what Infobip made of the second. The window in which Infobip
 * refuses a duplicate is undocumented, and `onUnknown: resend` rests on it.
 */
export async function tryDuplicate({ io, out }: Session, trial: DuplicateTrial): Promise<Finding[]> {
  const { account, sender, to, gapMs } = trial
  const client = createInfobipClient({ baseUrl: account.baseUrl, apiKey: () => account.apiKey.reveal() })
  const messageId = randomUUID()
  const send = async (): Promise<Outcome> => {
    const result = await client.sendOmni(
      {
        ...(sender.scenarioKey === undefined ? {} : { scenarioKey: sender.scenarioKey }),
        destinations: [{ messageId, to: { phoneNumber: to } }],
        whatsApp: { text: 'A test of this channel. You should see it once.' },
      },
      { signal: io.signal },
    )
    return readResponse({ answer: 'messages', messageId, now: Date.now() }, result)
  }
  try {
    const first = await send()
    if (first.kind !== 'accepted') {
      return [
        problem(
          `The first message was not taken: ${describe(first)}.`,
          'Let the customer write first (the 24-hour window), and check number and key.',
        ),
      ]
    }
    out.note(`Sent as ${messageId}; once more in ${durationText(gapMs)}`)
    await sleep(gapMs, undefined, { signal: io.signal })
    return [judge(await send(), trial)]
  } finally {
    await client.close()
  }
}

function judge(second: Outcome, { gapMs, account }: DuplicateTrial): Finding {
  const after = `after ${durationText(gapMs)}`
  if (second.kind !== 'accepted') {
    return warning(
      `The second message (${after}) was not taken, but not as a duplicate: ${describe(second)}.`,
      'Try again.',
    )
  }
  if (second.duplicate) {
    return ok(
      `Infobip refused the second message as a duplicate ${after}: sending again after an unknown outcome is safe for that long at least. --gap tries longer.`,
    )
  }
  return problem(
    `Infobip took the second message ${after}, under the same messageId: the customer may have it twice.`,
    account.onUnknown === 'reject'
      ? 'onUnknown: reject, which the account has, is right.'
      : `Set onUnknown: reject for this account, or unknownAfterMs (${account.unknownAfterMs}) below the window; a shorter --gap tells whether there is one.`,
  )
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'accepted':
      return 'accepted'
    case 'rejected':
      return `${outcome.code}: ${outcome.reason}`
    case 'throttled':
      return 'too many requests'
    case 'refused-key':
      return `the key was refused (${outcome.httpStatus})`
    case 'unsent':
      return outcome.cause.message
    case 'unknown':
      return `the outcome is unknown: ${outcome.reason}`
  }
}
