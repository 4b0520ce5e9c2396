import type { SendMessage } from '@imchannel/events'
import { learn, NOTHING_KNOWN } from '../domain/known.ts'
import { nextStep } from '../domain/next-step.ts'
import { createClaimAtOnce } from './claim-at-once.ts'
import { createFactsOf } from './gather-facts.ts'
import type { FactSources } from './gather-facts.ts'
import { createObtainPermit } from './obtain-permit.ts'
import { createTakeStep } from './take-step.ts'
import type { Holding, StepDependencies } from './take-step.ts'
import type { Handled, Work } from './work.ts'

export type SendDependencies = Omit<StepDependencies, 'claimAtOnce' | 'obtainPermit'> & Omit<FactSources, 'mayGoAtOnce'>

/**
 * Carries one message to its end: each round asks the rule what is next, and does that one thing. Whatever this process knows
 * beside the ledger may be lost between two steps, and the rule holds all the same.
 */
export function createSendMessage(deps: SendDependencies): (work: Work<SendMessage>) => Promise<Handled> {
  const claimAtOnce = createClaimAtOnce(deps)
  const takeStep = createTakeStep({ ...deps, claimAtOnce, obtainPermit: createObtainPermit(deps) })
  const sources = { ...deps, mayGoAtOnce: claimAtOnce.isWorthTrying }

  return async (work) => {
    const factsOf = createFactsOf(sources, work)
    const holding: Holding = {
      media: new Map(),
      permit: undefined,
      prepared: undefined,
      backoffs: 0,
      looksAtNewer: 0,
    }
    let known = NOTHING_KNOWN
    try {
      for (;;) {
        const facts = factsOf(known, holding.permit?.route.account)
        const { elapsedMs } = facts
        const came = await takeStep(nextStep(facts), { work, known, holding, elapsedMs })
        if (typeof came === 'string') return came
        known = learn(known, came)
        if (!known.hasPermit && known.hand.is !== 'claimed' && known.hand.is !== 'answered') giveBack(holding)
      }
    } finally {
      giveBack(holding)
    }
  }
}

/** What is not used of a permit goes to the next command. */
function giveBack(holding: Holding): void {
  holding.permit?.[Symbol.dispose]()
  holding.permit = undefined
}
