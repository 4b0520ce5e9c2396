import { personIdOf, type ImEvent } from '@imchannel/events'
import { spellingsOf } from '../identity/spellings.ts'

/** One person, by every name that a record shows: numbers in any spelling, or BSUIDs. */
export interface Named {
  readonly tenant: string
  readonly names: readonly (string | undefined)[]
}

/** Who has been forgotten, as the events of the audit say: by no name, and until when. */
export interface Forgettings {
  /** Takes an event up, in any order and however often; whether it tells of somebody not known before. */
  take(event: ImEvent): boolean
  /** Until when a person is forgotten, epoch ms: what was written of them later is theirs again. */
  forgottenUntil(person: Named): number | undefined
  /** Whether what was written at this time (epoch ms, Kafka's of the record) may not come back. */
  isForgotten(person: Named, writtenAt: number): boolean
}

const MOST_KNOWN = 20_000

/** @param secretsOf a tenant's `forgetSecret`: all of them are tried */
export function createForgettings(secretsOf: (tenant: string) => readonly string[]): Forgettings {
  const byTenant = new Map<string, Map<string, number>>()
  const ids = new Map<string, readonly string[]>()

  /** A million records of a rebuild have fewer customers. */
  function idsOf(tenant: string, name: string): readonly string[] {
    const key = `${tenant}\0${name}`
    const known = ids.get(key)
    if (known !== undefined) return known
    const made = secretsOf(tenant).map((secret) => personIdOf(secret, { tenant, name }))
    if (ids.size >= MOST_KNOWN) ids.clear()
    // A tenant without a secret may get one.
    if (made.length > 0) ids.set(key, made)
    return made
  }

  const forgottenUntil: Forgettings['forgottenUntil'] = ({ tenant, names }) => {
    const forgotten = byTenant.get(tenant)
    if (forgotten === undefined) return undefined
    const times = names.flatMap((name) =>
      name === undefined ? [] : idsOf(tenant, name).flatMap((id) => forgotten.get(id) ?? []),
    )
    return times.length === 0 ? undefined : Math.max(...times)
  }

  return {
    take: (event) => {
      if (event.type !== 'imchannel.audit.recorded.v1' || event.data.action !== 'forget') return false
      const { tenant, people = [] } = event.data
      const until = Date.parse(event.time)
      const forgotten = byTenant.get(tenant) ?? new Map<string, number>()
      byTenant.set(tenant, forgotten)
      const news = people.filter((id) => until > (forgotten.get(id) ?? -Infinity))
      for (const id of news) forgotten.set(id, until)
      return news.length > 0
    },
    forgottenUntil,
    isForgotten: (person, writtenAt) => writtenAt <= (forgottenUntil(person) ?? -Infinity),
  }
}

/** What stands for a person in the event that says that they are forgotten: each name, in each spelling. */
export function peopleOf(secret: string, { tenant, names }: Named): string[] {
  const all = new Set(names.flatMap((name) => (name === undefined ? [] : spellingsOf(name))))
  return [...all].map((name) => personIdOf(secret, { tenant, name }))
}
