import { h, icon } from './dom.js'
import { timeOf } from './format.js'

const AD_MS = 72 * 3_600_000

/** What no real phone shows: the 24-hour window with what is left of it, and what stands against messages. */
export function createPhoneFacts(model, sender) {
  const window = h('span', { class: 'window-left' })
  const chips = h('span', { class: 'chips' })
  const element = h('p', { class: 'phone-facts' }, icon('clock'), window, chips)
  let drawn = ''

  function refresh(who) {
    const facts = factsOf(who)
    window.textContent = windowText(who.windows?.[sender])
    element.classList.toggle('closed', leftOf(who.windows?.[sender]) <= 0)
    // Each second brings the time on, seldom anything else.
    if (drawn === facts.join('|')) return
    drawn = facts.join('|')
    chips.replaceChildren(...facts.map((text) => h('span', { class: 'chip' }, text)))
  }

  const leftOf = (window) => (window === undefined ? 0 : window.openedAt + model.windowMs - model.now())

  function windowText(window) {
    const left = leftOf(window)
    if (left <= 0) return 'The 24-hour window is closed: only templates arrive'
    const by = window.openedBy === 'call' ? ', by a call' : ''
    return `Window open for ${lasting(left)}${by}, until ${timeOf(window.openedAt + model.windowMs)}`
  }

  function factsOf(who) {
    const { adAnsweredAt } = who.windows?.[sender] ?? {}
    const freeUntil = adAnsweredAt === undefined ? 0 : adAnsweredAt + AD_MS
    return [
      who.left && 'left this number',
      who.blocked?.includes(sender) && 'blocked the business',
      model.isBlocklisted(sender, who) && 'on the blocklist',
      who.marketingStopped?.includes(sender) && 'no marketing',
      ...(who.blockedTemplates ?? []).map((name) => `blocked ${name}`),
      freeUntil > model.now() && `free by an ad until ${timeOf(freeUntil)}`,
      who.phoneHidden && 'number hidden',
    ].filter(Boolean)
  }

  return { element, refresh }
}

/** `23 h 59 min`, `4 min 5 s`: as coarse as one looks at it. */
function lasting(ms) {
  const seconds = Math.ceil(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}
