import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinContacts, type ContactRecord, type Contacts } from './contact-record.ts'
import { MOST_LINKS, seeContact, type ContactChange, type ContactSighting } from './see-contact.ts'

const phone = '351910000042'
const [first, second] = ['PT.1', 'PT.2']
const parent = 'PT.ENT.9'

interface World {
  readonly contacts: Contacts
  readonly changes: readonly ContactChange[]
}

const nobody: World = { contacts: new Map(), changes: [] }

/** Webhooks one after another, each at the next millisecond of this system. */
function after(sightings: readonly ContactSighting[]): World {
  return sightings.reduce<World>(({ contacts, changes }, sighting, index) => {
    const seen = seeContact(contacts, sighting, index + 1)
    return {
      contacts: new Map([...contacts, ...seen.records.map((record) => [record.name, record] as const)]),
      changes: [...changes, ...seen.changes],
    }
  }, nobody)
}

function keys({ contacts }: World, ...names: string[]): (string | undefined)[] {
  return names.map((name) => contacts.get(name)?.key.name)
}

const byPhone = { phone, at: 10 }
const byFirst = { userId: first, at: 20 }
const bothFirst = { phone, userId: first, at: 30 }
const bothSecond = { phone, userId: second, at: 40 }

describe('a customer’s conversation is kept under', () => {
  test.each<[string, ContactSighting[], string]>([
    ['the phone number, where both are new', [bothFirst], phone],
    ['the phone number, known first', [byPhone, byFirst, bothFirst], phone],
    ['the user id, known first', [byFirst, byPhone, bothFirst], first],
    ['the user id, whose number is new', [byFirst, bothFirst], first],
    ['what it was from the first webhook that shows both, whatever comes late', [bothFirst, byFirst, byPhone], phone],
    ['the same, whoever has the number now', [byFirst, bothFirst, bothSecond], first],
  ])('%s', (_name, sightings, key) => {
    const shown = [phone, first, ...(sightings.includes(bothSecond) ? [second] : [])]
    expect(keys(after(sightings), ...shown)).toEqual(shown.map(() => key))
  })

  test('each name by itself until a webhook shows both', () => {
    expect(keys(after([byPhone, byFirst]), phone, first)).toEqual([phone, first])
  })

  test('the user’s own id and never the parent’s, which may be known alone', () => {
    expect(keys(after([{ userId: parent, at: 1 }]), parent)).toEqual([parent])
    const known = after([
      { userId: parent, at: 1 },
      { userId: first, parentUserId: parent, at: 2 },
    ])
    expect(keys(known, parent, first)).toEqual([first, first])
    expect(known.changes).toEqual([])
  })
})

describe('what is told', () => {
  test.each<[string, ContactSighting[], object[]]>([
    ['nothing of a new customer', [bothFirst], []],
    ['nothing of a known customer whose user id is shown at last', [byPhone, bothFirst], []],
    ['the number of a known user id', [byFirst, bothFirst], [{ reason: 'new-phone', phone, userId: first }]],
    ['that two are one', [byPhone, byFirst, bothFirst], [{ reason: 'new-user-id', phone, userId: first }]],
    [
      'another holder of the number',
      [bothFirst, bothSecond],
      [{ reason: 'new-user-id', phone, userId: second, previousUserId: first }],
    ],
    [
      'the same, where the webhook of the one before comes late',
      [bothSecond, bothFirst],
      [{ reason: 'new-user-id', phone, userId: second, previousUserId: first }],
    ],
    [
      'another spelling, by a report',
      [{ addressed: '551187654321', phone: '5511987654321', userId: 'BR.7', at: 5 }],
      [{ reason: 'spelling', phone: '5511987654321', previousPhone: '551187654321' }],
    ],
    [
      'another spelling, by the user id',
      [
        { phone: '5511987654321', userId: 'BR.7', at: 5 },
        { phone: '551187654321', userId: 'BR.7', at: 6 },
      ],
      [{ reason: 'spelling', phone: '551187654321', userId: 'BR.7', previousPhone: '5511987654321' }],
    ],
    [
      'another number',
      [bothFirst, { phone: '351910000077', userId: first, at: 50 }],
      [{ reason: 'new-phone', phone: '351910000077', userId: first, previousPhone: phone }],
    ],
    [
      'who answers our message from another number',
      [{ addressed: '525512345678', phone: '5215512345678', at: 5 }],
      [{ reason: 'spelling', phone: '5215512345678', previousPhone: '525512345678' }],
    ],
    [
      'another user name, not the first and not an older one',
      [
        { ...bothFirst, username: 'ana' },
        { ...bothFirst, at: 35, username: 'ana.maria' },
        { ...bothFirst, at: 31, username: 'an' },
      ],
      [{ reason: 'username', phone, userId: first, username: 'ana.maria', previousUsername: 'ana' }],
    ],
  ])('%s', (_name, sightings, changes) => {
    expect(after(sightings).changes).toMatchObject(changes)
    expect(after(sightings).changes).toHaveLength(changes.length)
  })

  test('is nothing more of a name that half the world has', () => {
    const many = Array.from({ length: 3 * MOST_LINKS }, (_, at) => ({
      phone: `35191${at + 1_000}`,
      userId: 'XX.test',
      at,
    }))
    const world = after(many)
    expect(world.contacts.get('XX.test')?.links.size).toBe(MOST_LINKS)
    expect(world.changes).toHaveLength(MOST_LINKS - 1)
  })

  test('is told once of each change, whatever the order and however often', () => {
    const all = [byPhone, byFirst, bothFirst, bothSecond]
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 8 }), (order) => {
        const world = after(order)
        const older = order[0] === byFirst ? first : phone
        // From the first webhook that shows both.
        for (let count = order.indexOf(bothFirst) + 1; count <= order.length; count++)
          expect(keys(after(order.slice(0, count)), phone, first)).toEqual([older, older])
        expect(keys(world, second)).toEqual([older])
        const ids = world.changes.map(({ about }) => JSON.stringify(about))
        expect(new Set(ids).size).toBe(ids.length)
        expect(world.changes.filter(({ previousUserId }) => previousUserId !== undefined)).toMatchObject([
          { phone, userId: second, previousUserId: first },
        ])
      }),
    )
  })
})

function plain(one: ContactRecord): object {
  const links = Object.entries(Object.fromEntries(one.links))
  return { ...one, links: links.toSorted(([a], [b]) => (a < b ? -1 : 1)) }
}

describe('records of one name', () => {
  const name = fc.constantFrom('1', '2', 'PT.1', 'PT.ENT.2')
  const time = fc.integer({ min: 0, max: 9 })
  const known = fc.record({ name, since: time })
  const link = fc.tuple(name, fc.record({ at: time }))
  const record = fc
    .record({ since: time, key: known, links: fc.array(link), unconfirmedAt: time, confirmedAt: time })
    .map(({ links, ...rest }): ContactRecord => ({ ...rest, name: '1', links: new Map(links) }))

  test('join to the same in any order, and doubled', () => {
    fc.assert(
      fc.property(record, record, record, (one, other, third) => {
        const wanted = plain(joinContacts(joinContacts(one, other), third))
        expect(plain(joinContacts(joinContacts(third, one), joinContacts(other, one)))).toEqual(wanted)
      }),
    )
  })
})
