import { randomUUID } from 'node:crypto'
import { breakDispatcher } from './broken-dispatcher.ts'

/** Each request has a messageId of its own. */
export const createDispatcher = breakDispatcher(({ attempt }) => ({
  attempt: (work, account, { request, number }) => {
    const { body } = request
    const other = typeof body === 'string' ? body.replaceAll(work.send.messageId, randomUUID()) : body
    return attempt(work, account, { request: { ...request, ...(other === undefined ? {} : { body: other }) }, number })
  },
}))
