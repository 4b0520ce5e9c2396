import { decodeEvent, isOutcome, type OutcomeEvent } from '@imchannel/events'
import { readRange } from '@imchannel/kafka'
import { createAsLines } from '../conversation/event-text.ts'
import type { ExitCode } from '../session/failure.ts'
import type { Session } from '../session/session.ts'

/** What a message is followed to. */
export type Awaited = 'accepted' | 'delivered' | 'seen'

export interface Followed {
  commandId: string
  messageId: string
  tenant: string
  until: Awaited
  timeoutMs: number
  from: ReadonlyMap<number, bigint>
}

/** Shows what is reported of the message until it is what was waited for, or cannot become it. */
export async function follow(
  session: Session,
  { commandId, messageId, tenant, until, timeoutMs, from }: Followed,
): Promise<ExitCode> {
  const { out, io } = session
  const timeout = AbortSignal.timeout(timeoutMs)
  const asLines = createAsLines(out)
  try {
    const records = readRange(session.kafka(), {
      topic: session.topics().status,
      from: { offsets: from },
      to: 'open',
      signal: AbortSignal.any([io.signal, timeout]),
    })
    for await (const record of records) {
      const decoded = decodeEvent(record)
      if (decoded.outcome !== 'event' || decoded.event.tenant !== tenant) continue
      const { event } = decoded
      if (event.subject !== commandId && event.subject !== messageId) continue
      out.item({ event: event.type, ...event.data, original: undefined }, () => asLines(event))
      const end = isOutcome(event) ? endOf(event, until) : undefined
      if (end !== undefined) return end
    }
    return 1
  } catch (error) {
    if (!timeout.aborted || io.signal.aborted) throw error
    out.note(`Not ${until} within ${timeoutMs / 1_000} s. It may still be: imchannel conversation tells later.`)
    return 1
  }
}

function endOf(event: OutcomeEvent, until: Awaited): ExitCode | undefined {
  switch (event.type) {
    case 'imchannel.message.rejected.v1':
    case 'imchannel.message.expired.v1':
      return 1
    case 'imchannel.message.accepted.v1':
      return until === 'accepted' || event.data.dryRun === true ? 0 : undefined
    case 'imchannel.message.seen.v1':
      return 0
    case 'imchannel.message.delivery.v1': {
      const { groupId } = event.data.status
      if (groupId === 3 && event.data.final) return until === 'seen' ? undefined : 0
      return event.data.final ? 1 : undefined
    }
    case 'imchannel.message.clicked.v1':
      return undefined
  }
}
