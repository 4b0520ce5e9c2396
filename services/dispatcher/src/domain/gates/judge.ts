import type { GateModes } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import {
  checkRecipient,
  checkTemplate,
  decide,
  findOptOut,
  isUnconfirmed,
  takeUp,
  type ConsentState,
  type Fact,
  type Finding,
  type Form,
  type TemplateFact,
  type Verdict,
  type WindowFact,
} from '@imchannel/facts'
import { budgetFacts, findBudgets } from './find-budgets.ts'
import { inForm } from './form-of.ts'
import type { FormName } from './gate-reading.ts'
import { needsWindow } from './needs-reading.ts'
import type { BudgetedForm, SenderBudgets } from './sender-budgets.ts'
import { windowAt, type JudgedMoment } from './window-at.ts'

/** What a decision is made of. */
export interface Judging extends JudgedMoment {
  readonly command: SendMessage
  readonly modes: GateModes
  /** Of the number, where it has any. */
  readonly budgets?: SenderBudgets | undefined
  /** The form of a request that may have been taken. */
  readonly fixedForm: FormName | undefined
}

export interface Judgement {
  readonly verdict: Verdict
  /** What it was made of. */
  facts(): Fact[]
}

/** The decision: which form goes, what speaks against it, or why it is rejected. */
export function judge(judging: Judging): Judgement {
  const { command, modes, reading, fixedForm } = judging
  const { customer } = reading ?? {}
  const { window, time, goesAt, ageMs } = windowAt(judging)
  const consent = (customer?.consent ?? []).reduce<ConsentState>(takeUp, new Map())
  const isDoubted = customer !== undefined && isUnconfirmed(customer, time)
  const facts = { window, consent, time, isDoubted }
  const form = (name: FormName): Form => {
    const budgets = findBudgets(budgetsIn(judging, name))
    const findings = findAgainst(inForm(command, name), { ...facts, template: reading?.templates[name] })
    return { ...budgets, findings: [...findings, ...budgets.findings] }
  }
  // Until then the customer may write: what will be closed otherwise is no reason to refuse it.
  const isLater = goesAt > time && modes.window === 'enforce'
  const verdict = decide({
    // Budgets say by themselves what is over.
    modes: { ...modes, ...(isLater ? { window: 'advise' as const } : {}), budget: 'off' },
    content: form('content'),
    ...(command.fallback === undefined ? {} : { fallback: form('fallback') }),
    fixedForm,
  })
  return {
    verdict,
    facts: () => [
      ...factsOf(judging, { ...facts, isRead: customer !== undefined, ageMs }),
      ...budgetFacts(budgetsIn(judging, verdict.form), Math.round(ageMs)),
    ],
  }
}

function budgetsIn({ command, budgets, reading }: Judging, name: FormName) {
  const form = budgetedForm(inForm(command, name), reading?.templates[name])
  return { budgets, reading: reading?.budgets, from: command.from, form }
}

/** What a form counts as: a template by its category, anything else that is no template as an answer. */
export function budgetedForm(command: SendMessage, template: TemplateFact | undefined): BudgetedForm {
  const { content, to } = command
  const isFree = content.type !== 'template' && content.type !== 'native'
  return { category: isFree ? 'service' : categoryOf(command, template), to }
}

interface Facts {
  /** The customer's WhatsApp identity has changed, and WhatsApp refuses messages until somebody confirms it. */
  readonly isDoubted: boolean
  readonly window: WindowFact
  readonly consent: ConsentState
  /** Redis's, ms since 1970. */
  readonly time: number
}

function findAgainst(command: SendMessage, facts: Facts & { template: TemplateFact | undefined }): Finding[] {
  const { content } = command
  const category = categoryOf(command, facts.template)
  const found = [
    findCategory(command, facts.template),
    findConsent(command, category, facts.consent),
    findWindow(command, facts.window),
    content.type === 'template' && facts.template?.kind !== 'unknown' && facts.template !== undefined
      ? checkTemplate(
          content,
          facts.template.kind === 'known' ? facts.template.template : { isListed: true },
          facts.time,
        )
      : undefined,
    checkRecipient(category, !/^\d+$/.test(command.to)),
    facts.isDoubted ? UNCONFIRMED : undefined,
  ]
  return found.filter((one) => one !== undefined)
}

/** What the template's category is at the request; where that is not known, what the command says. */
function categoryOf({ category }: SendMessage, template: TemplateFact | undefined): string | undefined {
  return (template?.kind === 'known' ? template.template.definition?.category : undefined) ?? category
}

const UNCONFIRMED: Finding = {
  gate: 'identity',
  code: 'identity_unconfirmed',
  reason:
    'the customer’s WhatsApp identity has changed, and WhatsApp refuses messages until it is confirmed: confirm it at Infobip (PUT /whatsapp/1/{sender}/contacts/{number}/identity)',
}

/** From the cheapest: authentication and utility cost less than marketing everywhere. */
const CATEGORIES = ['AUTHENTICATION', 'UTILITY', 'MARKETING']

function findCategory({ content, maxCategory }: SendMessage, template: TemplateFact | undefined): Finding | undefined {
  if (maxCategory === undefined || content.type !== 'template' || template?.kind !== 'known') return undefined
  const category = template.template.definition?.category?.toUpperCase() ?? ''
  if (CATEGORIES.indexOf(category) <= CATEGORIES.indexOf(maxCategory.toUpperCase())) return undefined
  return {
    gate: 'template',
    code: 'template_category',
    reason: `template ${content.name} (${content.language}) is ${category} now, and maxCategory is ${maxCategory}`,
    isDemanded: true,
    details: { wanted: maxCategory, given: category.toLowerCase() },
  }
}

function findConsent({ content }: SendMessage, category: string | undefined, consent: ConsentState) {
  const template = content.type === 'template' ? content.name : undefined
  const optOut = findOptOut(consent, { category, template })
  if (optOut === undefined) return undefined
  const since = timeText(optOut.since)
  const finding: Finding = {
    gate: 'consent',
    code: 'opted_out',
    reason: `the customer has opted out of ${scopeText(optOut.scope)} (${optOut.source}, ${since})`,
    details: { source: optOut.source, since },
  }
  return finding
}

function scopeText(scope: 'marketing' | 'template' | 'all'): string {
  return scope === 'all' ? 'everything' : scope === 'marketing' ? 'marketing' : 'this template'
}

function findWindow({ content }: SendMessage, window: WindowFact): Finding | undefined {
  if (!needsWindow(content) || window.state !== 'closed') return undefined
  const closesAt = window.closesAt === undefined ? undefined : timeText(window.closesAt)
  const since = closesAt === undefined ? 'the customer has not written' : `closed at ${closesAt}`
  return {
    gate: 'window',
    code: 'window_closed',
    reason: `the customer service window is not open: ${since}; send a template, or give one as fallback`,
    details: closesAt === undefined ? {} : { closesAt },
  }
}

function factsOf(
  { command, reading }: Judging,
  { window, consent, isDoubted, isRead, ageMs }: Facts & { isRead: boolean; ageMs: number },
): Fact[] {
  const age = isRead ? { ageMs: Math.round(ageMs) } : {}
  const optOuts = [...consent.values()].filter(({ state }) => state === 'optedOut')
  const consents =
    optOuts.length === 0 ? 'no opt-out' : optOuts.map(({ source, scope }) => `${source}: ${scope}`).join(', ')
  const templates = Object.entries(reading?.templates ?? {}).map(([form, fact]) => templateFact(form, fact, ageMs))
  return [
    { fact: 'window', value: windowText(window), ...(window.state === 'unknown' ? {} : age) },
    { fact: 'consent', value: isRead ? consents : 'unknown', ...age },
    ...templates,
    ...(isDoubted ? [{ fact: 'identity', value: 'changed, and not confirmed', ...age }] : []),
    { fact: 'recipient', value: /^\d+$/.test(command.to) ? 'phone number' : 'user id' },
  ]
}

function windowText(window: WindowFact): string {
  switch (window.state) {
    case 'open':
      return `open until ${timeText(window.closesAt)}`
    case 'closed':
      return window.closesAt === undefined ? 'closed' : `closed since ${timeText(window.closesAt)}`
    case 'unknown':
      return 'unknown'
  }
}

function templateFact(form: string, fact: TemplateFact, sinceMs: number): Fact {
  const name = form === 'content' ? 'template' : 'template of the fallback'
  if (fact.kind === 'unknown') return { fact: name, value: 'unknown' }
  const ageMs = Math.round(fact.ageMs + sinceMs)
  if (fact.kind === 'absent') return { fact: name, value: 'not there', ageMs }
  const { definition } = fact.template
  const value = [definition?.status, definition?.category].filter((one) => one !== undefined).join(', ')
  return { fact: name, value: value === '' ? 'there' : value, ageMs }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
