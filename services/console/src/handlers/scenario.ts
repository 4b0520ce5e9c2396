import { decodeEvent, parseCommand, scenarioOf } from '@imchannel/events'
import { incomingRecordOf } from '../adapters/store/incoming-record.ts'
import { byIds } from '../adapters/store/read-conversations.ts'
import { readPlay } from '../adapters/store/read-timeline.ts'
import type { Database } from '../adapters/store/tables.ts'
import { readId } from '../domain/cursor.ts'
import { ConsoleError } from '../errors.ts'
import { type Handler, requireRole } from '../http/call.ts'

/** A conversation as a scenario file, masked for everybody: it is made to be sent to others. */
export function scenarioHandler({ read }: Pick<Database, 'read'>): Handler<'getScenario'> {
  return async (call) => {
    const [row] = await byIds(read, [readId(call.params['id'])])
    if (row === undefined) throw new ConsoleError('not_found')
    requireRole(call, row.tenant, 'viewer')
    const records = (await readPlay(read, row.id)).map(incomingRecordOf)
    const events = records.flatMap((record) => {
      const decoded = decodeEvent(record)
      return decoded.outcome === 'event' ? [decoded.event] : []
    })
    const commands = records.flatMap((record) => {
      const reading = parseCommand(record)
      return reading.outcome === 'command' &&
        reading.command.type === 'imchannel.message.send.v1' &&
        reading.command.validateOnly !== true
        ? [{ command: reading.command, timestamp: record.timestamp }]
        : []
    })
    const scenario = scenarioOf(events, commands)
    if (scenario === undefined) throw new ConsoleError('not_found', { detail: 'nothing of it could be played' })
    return { name: scenario.name, steps: scenario.steps.map((step) => ({ ...step })) }
  }
}
