import { createRecordHandler as createSound } from '../../../services/dispatcher/src/engine/handle-record.ts'
import type { RecordHandler, RecordHandlerDependencies } from '../../../services/dispatcher/src/engine/handle-record.ts'

/** Calls a command finished when it has only begun. */
export function createRecordHandler(deps: RecordHandlerDependencies): RecordHandler {
  const sound = createSound(deps)
  return {
    ...sound,
    handle: async (record, context) => {
      sound.handle(record, context).catch(() => undefined)
      return { kind: 'done' }
    },
  }
}
