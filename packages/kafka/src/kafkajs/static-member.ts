import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from './admin.ts'
import type { KafkaClient } from './client.ts'
import type { SessionContext } from './session-context.ts'
import { isAssignmentStale } from './stale-assignment.ts'

/**
 * Whether a member that has just joined under its name has to leave and join once more: it got the assignment of before,
 * without the group being asked.
 */
export async function mustJoinAnew(
  client: KafkaClient,
  { isNamed }: SessionContext,
  { groupId, member }: { groupId: string; member: string },
): Promise<Error | undefined> {
  if (isNamed !== true) {
    client.log('warn', 'Kafka before 2.3 knows no static members: KAFKA_INSTANCE_NAME has no effect', { groupId })
    return undefined
  }
  try {
    const isStale = await isAssignmentStale(client, groupId, member)
    return isStale ? new Error('its assignment is older than its topics') : undefined
  } catch (error) {
    client.log('debug', `the assignment could not be checked: ${messageOf(error)}`, { groupId })
    return undefined
  }
}

/**
 * Says who is fenced off, and resolves a session later: who took the name may be its rightful owner, and whoever starts this
 * process again would take it from that one.
 */
export async function fencedOff(client: KafkaClient, groupId: string, sessionMs: number): Promise<Error> {
  const name = `${client.instanceName} (KAFKA_INSTANCE_NAME)`
  const reason = `another member of the group has the name ${name}: no two may have the same`
  client.log('error', `${reason}; this one ends`, { groupId })
  await sleep(sessionMs, undefined, { ref: false })
  return new Error(reason)
}
