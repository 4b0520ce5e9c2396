import { randomUUID } from 'node:crypto'
import { createLedger } from '@imchannel/ledger'
import type { LedgerEntry, Look, Send } from '@imchannel/ledger'
import { testStack } from '@imchannel/testkit'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { createModelLedger } from './domain/model-ledger.ts'

const redis = new Redis(testStack().redisUrl)
afterAll(() => void redis.quit())

const owner = fc.constantFrom('one', 'other')
const judged = fc.constantFrom('none', 'this', 'another')
const operation = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), owner, judged }),
  fc.record({ do: fc.constantFrom('claimNew', 'withdraw', 'markOwnerLost', 'strike'), owner }),
  fc.record({ do: fc.constantFrom('reported', 'markSeen') }),
  fc.record({ do: fc.constant('presumeUnknown' as const), aheadMs: fc.constantFrom(undefined, -60_000, 60_000) }),
  fc.record({
    do: fc.constant('settle' as const),
    owner,
    judged,
    state: fc.constantFrom('idle', 'unknown', 'accepted', 'rejected', 'expired'),
  }),
)

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** Both, side by side; the model's clock stands where Redis's was. */
function sideBySide() {
  const send: Send = {
    tenant: 'acme',
    messageId: randomUUID(),
    identity: { commandId: 'c', from: 'f', to: 't', print: 'p' },
  }
  const { tenant, messageId: id } = send
  const ledger = createLedger(redis, { memoryMs: 60_000 })
  let now = 0
  const model = createModelLedger(() => now)
  const atOf = (which: string): number | undefined => {
    const at = model.look(id)?.at ?? 0
    return which === 'none' ? undefined : which === 'this' ? at : at - 1
  }

  async function apply(one: Operation): Promise<[real: unknown, modelled: unknown]> {
    switch (one.do) {
      case 'claim': {
        const at = atOf(one.judged)
        const real = await ledger.claim(send, one.owner, at)
        now = real.now
        return [real.verdict, model.claim(id, one.owner, at)]
      }
      case 'settle': {
        const unknownAt = atOf(one.judged)
        const { state } = one
        const isEnd = state !== 'idle' && state !== 'unknown'
        const settlement = isEnd ? { state, outcome: '{}', unknownAt } : { state }
        const real = await ledger.settle(send, one.owner, settlement)
        now = real.now
        return [real.verdict, model.settle(id, one.owner, settlement)]
      }
      case 'claimNew': {
        const real = await ledger.claimNew(send, one.owner)
        now = real.now
        return [real.verdict, model.claimNew(id, one.owner)]
      }
      case 'withdraw':
        return [await ledger.withdraw(send, one.owner), model.withdraw(id, one.owner)]
      case 'markOwnerLost':
        now = (await ledger.markOwnerLost(send, one.owner)).now
        return [undefined, model.markOwnerLost(id, one.owner)]
      case 'strike':
        now = (await ledger.strike(send, one.owner)).now
        return [undefined, model.strike(id, one.owner)]
      case 'presumeUnknown': {
        const since = one.aheadMs === undefined ? undefined : Date.now() + one.aheadMs
        now = (await ledger.presumeUnknown(send, since)).now
        return [undefined, model.presumeUnknown(id, since)]
      }
      case 'reported':
        return [await ledger.reported(send), model.reported(id)]
      case 'markSeen':
        await ledger.findByMessageIds(tenant, [id], { markSeen: true })
        return [undefined, model.markSeen(id)]
    }
  }

  const look = async (): Promise<[LedgerEntry | undefined, LedgerEntry | undefined]> => [
    entryIn(await ledger.find(tenant, id)),
    model.look(id),
  ]
  return { apply, look }
}

function entryIn({ held }: Look): LedgerEntry | undefined {
  return held.kind === 'entry' ? held.entry : undefined
}

it('the model of the ledger does what the script does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 12, size: 'max' }), async (operations) => {
      const { apply, look } = sideBySide()
      for (const one of operations) {
        const [real, modelled] = await apply(one)
        expect(modelled).toEqual(real)
        const [entry, modelledEntry] = await look()
        expect(modelledEntry).toEqual(entry)
      }
    }),
    { numRuns: 300 },
  )
})
