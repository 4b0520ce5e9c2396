import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'
import type { Reply, ScriptedInfobip, SeenRequest } from '../support/scripted-infobip.ts'
import type { Outcome, Stage } from '../support/stage.ts'

const COMMANDS = 10

interface Scene {
  stage: Stage
  /** The account's Infobip as it is when the requests are made. */
  before: ScriptedInfobip
  after: ScriptedInfobip
  /** Sends commands, changes the configuration while all their requests are open, and lets those be answered. */
  changeWhileOpen: (change: (stage: Stage) => void) => Promise<Outcome[]>
}

async function begin(answer: (request: SeenRequest, infobip: ScriptedInfobip) => Reply): Promise<Scene> {
  const [before, after] = [await useInfobip(), await useInfobip()]
  const stage = await useStage({ tenants: { acme: before.url } })
  const { promise: changed, resolve: release } = Promise.withResolvers<void>()
  before.onSend = async (request) => {
    await changed
    return answer(request, before)
  }
  const { logs } = await stage.start()
  return {
    stage,
    before,
    after,
    changeWhileOpen: async (change) => {
      const ids = Array.from({ length: COMMANDS }, (_, index) => `open-${index}`)
      await stage.send(ids.map((id) => stage.text('acme', { id })))
      await waitUntil(() => before.sends().length === COMMANDS)
      change(stage)
      await waitUntil(() => logs.some((line) => line.includes('configuration changed')))
      release()
      return stage.outcomesOf(ids)
    },
  }
}

const take = (request: SeenRequest, infobip: ScriptedInfobip): Reply => infobip.accept(request)
const takeInSilence = (request: SeenRequest, infobip: ScriptedInfobip): Reply => {
  infobip.accept(request)
  return 'drop'
}
const lose = (): Reply => 'drop'

const removeAccount = (stage: Stage): void =>
  stage.configure(({ tenants }) => {
    tenants[stage.tenant('acme').id] = { webhookAuth: { type: 'none' }, accounts: [] }
  })
const removeTenant = (stage: Stage): void =>
  stage.configure(({ tenants }) => {
    delete tenants[stage.tenant('acme').id]
  })
const moveTo = (url: string) => (stage: Stage) =>
  stage.configure(({ tenants }) => {
    const [account] = tenants[stage.tenant('acme').id]?.accounts ?? []
    if (account !== undefined) account.baseUrl = url
  })

describe.each([
  ['account', removeAccount],
  ['tenant', removeTenant],
])('a removed %s', { timeout: PATIENCE_MS }, (_what, remove) => {
  it('gets the answers to its open requests', async () => {
    const { stage, changeWhileOpen } = await begin(take)
    const outcomes = await changeWhileOpen(remove)
    expect(outcomes.map(({ how }) => how)).toEqual(Array(COMMANDS).fill('accepted'))
    expect(stage.deadLetters()).toEqual([])
  })

  it('is asked about its requests that nobody answered', async () => {
    const { stage, changeWhileOpen } = await begin(takeInSilence)
    const outcomes = await changeWhileOpen(remove)
    expect(outcomes.map(({ how }) => how)).toEqual(Array(COMMANDS).fill('accepted'))
    expect(stage.deadLetters()).toEqual([])
  })

  it('never refuses what may have been sent: it is outcome_unknown', async () => {
    const { before, changeWhileOpen } = await begin(lose)
    const outcomes = await changeWhileOpen(remove)
    expect(outcomes.map(({ error }) => error?.code)).toEqual(Array(COMMANDS).fill('outcome_unknown'))
    expect(before.sends()).toHaveLength(COMMANDS)
  })
})

describe('an account that moves', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['answered', take],
    ['not answered', takeInSilence],
  ])('doubles nothing that was taken and %s', async (_how, answer) => {
    const { before, after, changeWhileOpen } = await begin(answer)
    const outcomes = await changeWhileOpen(moveTo(after.url))
    expect(outcomes.map(({ how }) => how)).toEqual(Array(COMMANDS).fill('accepted'))
    expect(before.accepted).toHaveLength(COMMANDS)
    expect(after.accepted).toEqual([])
  })

  it('sends what its former self does not know', async () => {
    const { before, after, changeWhileOpen } = await begin(lose)
    const outcomes = await changeWhileOpen(moveTo(after.url))
    expect(outcomes.map(({ how }) => how)).toEqual(Array(COMMANDS).fill('accepted'))
    expect(before.accepted).toEqual([])
    expect(new Set(after.accepted).size).toBe(COMMANDS)
    expect(after.accepted).toHaveLength(COMMANDS)
  })
})
