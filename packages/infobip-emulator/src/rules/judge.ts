import type { Settings } from '../settings.ts'
import type { Bubble, Customer, Identity, Template } from '../store/entities.ts'
import { isMarketingUncapped, isUnitedStates } from './markets.ts'
import { fitsDefinition } from './template-fit.ts'
import { takesValues } from './template-values.ts'
import { isOpen } from './window.ts'

/** Everything that Infobip and Meta look at before a message goes to its customer. */
export interface Case {
  bubble: Bubble
  customer: Customer
  /** The business number. */
  sender: string
  /** The template's definition, where the account has it. */
  template: Template | undefined
  identity: Identity | undefined
  now: number
  /** Marketing templates that reached the customer within 24 hours. */
  marketingLately: () => number
  /** Whether one more customer outside a window is beyond what the portfolio may reach in 24 hours. */
  isBeyondLimit: () => boolean
  behaviour: Settings['behaviour']
}

type Rule = (one: Case) => number | undefined

const SENDABLE: readonly string[] = ['APPROVED', 'REINSTATED', 'FLAGGED']

const isMarketing = ({ template }: Case): boolean => template?.category === 'MARKETING'

/** In the order in which they are looked at: what is wrong with the message, then with whom it is for, then how much there was. */
const rules: readonly Rule[] = [
  function hasLeft({ customer }) {
    return customer.left === true ? 7002 : undefined
  },
  function isUnknownTemplate({ bubble, template, behaviour }) {
    if (bubble.template === undefined) return undefined
    if (template === undefined) return behaviour.templates === 'registered' ? 7009 : undefined
    return SENDABLE.includes(template.status) ? undefined : 7009
  },
  function isNotSynchronised({ template, now, behaviour }) {
    if (template?.category !== 'MARKETING' || behaviour.templateSyncMs === 0) return undefined
    return now - (template.approvedAt ?? template.createdAt) < behaviour.templateSyncMs ? 7036 : undefined
  },
  function isMisfilled({ bubble, template, now }) {
    if (bubble.template === undefined) return undefined
    if (!takesValues(bubble)) return 7008
    return template === undefined || fitsDefinition(bubble.template, template, now) ? undefined : 7008
  },
  function isSomebodyElse({ identity, behaviour }) {
    return behaviour.identityCheck === 'enforced' && identity?.acknowledged === false ? 7029 : undefined
  },
  function isBlocked({ customer, sender }) {
    return customer.blocked?.includes(sender) === true ? 7003 : undefined
  },
  function isOutsideWindow({ bubble, customer, sender, now, behaviour }) {
    if (bubble.template !== undefined || behaviour.sessionWindow === 'off') return undefined
    return isOpen(customer.windows[sender], now, behaviour.sessionWindowMs) ? undefined : 7010
  },
  function isBlockedTemplate({ bubble, customer }) {
    return customer.blockedTemplates?.includes(bubble.template?.name ?? '') === true ? 7030 : undefined
  },
  function isUnwantedMarketing(one) {
    return isMarketing(one) && one.customer.marketingStopped?.includes(one.sender) === true ? 7033 : undefined
  },
  function isTooMuchMarketing(one) {
    const { customer, sender, now, behaviour } = one
    if (!isMarketing(one) || behaviour.marketingPerDay === null) return undefined
    const number = customer.phone ?? ''
    if (isUnitedStates(number)) return 7032
    const window = customer.windows[sender]
    const isAnswer = window?.answersMarketing === true && isOpen(window, now, behaviour.sessionWindowMs)
    if (isAnswer || isMarketingUncapped(number)) return undefined
    return one.marketingLately() < behaviour.marketingPerDay ? undefined : 7032
  },
  function isTooMany({ bubble, customer, sender, now, behaviour, isBeyondLimit }) {
    if (bubble.template === undefined || isOpen(customer.windows[sender], now, behaviour.sessionWindowMs))
      return undefined
    return isBeyondLimit() ? 7016 : undefined
  },
]

/** The error with which the message will fail, by its id; undefined where nothing stands against it. */
export function judge(one: Case): number | undefined {
  for (const rule of rules) {
    const errorId = rule(one)
    if (errorId !== undefined) return errorId
  }
  return undefined
}
