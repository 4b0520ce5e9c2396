import type { Admin } from 'kafkajs'
import type { KafkaClient } from './client.ts'

/** An admin connection that stays open between questions. */
export interface KeptAdmin {
  /**
   * Connects with the first question; where the connection was lost since the last one, once more. Only for questions that name no
   * topic: kafkajs's admin keeps every topic it was ever asked about, so that one deleted later breaks it.
   *
   * @throws what a question on a new connection throws, and any question once it is closed.
   */
  ask<T>(question: (admin: Admin) => Promise<T>): Promise<T>
  close(): void
}

export function keepAdmin(client: Pick<KafkaClient, 'kafkajs'>): KeptAdmin {
  let kept: Promise<Admin> | undefined
  let isClosed = false

  async function connect(): Promise<Admin> {
    const admin = client.kafkajs.admin()
    try {
      await admin.connect()
      return admin
    } catch (error) {
      discard(admin)
      throw error
    }
  }

  async function askOnce<T>(connection: Promise<Admin>, question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await question(await connection)
    } catch (error) {
      if (kept === connection) kept = undefined
      connection.then(discard, () => undefined)
      throw error
    }
  }

  async function ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    if (isClosed) throw new Error('the admin connection is closed')
    if (kept !== undefined) {
      try {
        return await askOnce(kept, question)
      } catch {
        if (isClosed) throw new Error('the admin connection is closed')
      }
    }
    kept ??= connect()
    return askOnce(kept, question)
  }

  return {
    ask,
    close: () => {
      isClosed = true
      kept?.then(discard, () => undefined)
      kept = undefined
    },
  }
}

/** Not waited for: a connection to a frozen broker ends only with its requests' timeouts. */
function discard(admin: Admin): void {
  admin.disconnect().catch(() => {})
}
