import type { Customer, Entities, EntityKind, Template } from './entities.ts'

/** The one that every template had before templates were an account's. */
const FIRST_BUSINESS_ACCOUNT_ID = 10_000_000_001

/** An entity as a journal of an earlier version has it, in today's form. */
export function upgraded<K extends EntityKind>(kind: K, entity: Entities[K]): Entities[K]
export function upgraded(kind: EntityKind, entity: Entities[EntityKind]): Entities[EntityKind] {
  if (kind === 'customer' && !('windows' in entity)) {
    const { wroteAt = {}, ...customer } = entity as unknown as Omit<Customer, 'windows'> & {
      wroteAt?: Record<string, number>
    } // as 0.1.0 wrote it
    const windows = Object.entries(wroteAt).map(([sender, openedAt]) => [sender, { openedAt, openedBy: 'message' }])
    return { ...customer, windows: Object.fromEntries(windows) as Customer['windows'] } // entries of that very form
  }
  if (kind === 'template' && !('businessAccountId' in entity)) {
    const template = entity as unknown as Omit<Template, 'businessAccountId'> // as 0.1.0 wrote it
    const { createdAt } = template
    return {
      ...template,
      businessAccountId: FIRST_BUSINESS_ACCOUNT_ID,
      quality: 'UNKNOWN',
      changedAt: createdAt,
      approvedAt: createdAt,
      editedAt: [],
    }
  }
  return entity
}
