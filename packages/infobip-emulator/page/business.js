import { api } from './api.js'
import { toast } from './dialogs.js'
import { h } from './dom.js'

const STATUSES = [
  'APPROVED',
  'PENDING',
  'REJECTED',
  'FIRST_PAUSED',
  'SECOND_PAUSED',
  'DISABLED',
  'FLAGGED',
  'REINSTATED',
]
const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION']
const QUALITIES = ['UNKNOWN', 'HIGH', 'MEDIUM', 'LOW']
const LIMITS = ['LIMIT_250', 'LIMIT_2K', 'LIMIT_10K', 'LIMIT_100K', 'UNLIMITED', 'LIMIT_NA']
/** What Meta says why. */
const REASONS = { REJECTED: 'INCORRECT_CATEGORY', FIRST_PAUSED: 'NONE', SECOND_PAUSED: 'NONE', DISABLED: 'NONE' }

/** What Infobip and Meta do with the business: its numbers, its templates, its bill. */
export function businessPanel(model) {
  const element = h('div', { class: 'business' })

  async function show() {
    const [{ senders }, { templates }, { totals }] = await Promise.all([api.senders(), api.templates(), api.ledger()])
    // Who chooses with keys goes on from where they were.
    const focused = element.contains(document.activeElement) ? document.activeElement.ariaLabel : undefined
    element.replaceChildren(
      h('p', { class: 'note' }, rulesText()),
      h('h3', {}, 'Numbers'),
      ...senders.map(numberCard),
      h('h3', {}, 'Templates'),
      ...(templates.length === 0
        ? [h('p', { class: 'empty' }, 'None. POST /whatsapp/2/senders/{sender}/templates makes one.')]
        : templates.map(templateCard)),
      h('h3', {}, 'The bill'),
      totals.length === 0
        ? h('p', { class: 'empty' }, 'Nothing was delivered yet.')
        : h(
            'ul',
            { class: 'totals' },
            totals.map(({ currency, amount, messages }) =>
              h('li', {}, h('strong', {}, `${amount} ${currency}`), ` · messages: ${messages}`),
            ),
          ),
    )
    if (focused) element.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus()
    return element
  }

  const rulesText = () =>
    model.rules === 'strict'
      ? 'Judged strictly: templates are registered, identities confirmed, marketing is capped.'
      : 'Judged leniently: by what is done here alone. --rules strict judges as WhatsApp does.'

  const numberCard = ({ id, qualityRating, currentLimit, serviceMessages }) =>
    h(
      'section',
      { class: 'card-box' },
      h('p', { class: 'preview' }, h('strong', {}, `${model.senderName(id)} · +${id}`)),
      h('p', { class: 'note' }, `Service messages this month: ${serviceMessages}`),
      h(
        'div',
        { class: 'choices' },
        choice(`Quality of ${id}`, 'Quality', QUALITIES, qualityRating, (value) =>
          api.changeSender(id, { qualityRating: value }),
        ),
        choice(`Limit of ${id}`, 'Limit', LIMITS, currentLimit, (value) =>
          api.changeSender(id, { currentLimit: value }),
        ),
      ),
    )

  const templateCard = ({ id, name, language, status, category, quality, pacing, structure }) =>
    h(
      'section',
      { class: 'card-box' },
      h('p', { class: 'preview' }, h('strong', {}, name), ` · ${language}`),
      h('p', { class: 'note' }, structure.body?.text ?? ''),
      h(
        'div',
        { class: 'choices' },
        choice(`Status of ${name} ${language}`, 'Status', STATUSES, status, (value) =>
          api.changeTemplate(id, { status: value, ...(value in REASONS ? { reason: REASONS[value] } : {}) }),
        ),
        choice(`Category of ${name} ${language}`, 'Category', CATEGORIES, category, (value) =>
          api.changeTemplate(id, { category: value }),
        ),
        choice(`Quality of ${name} ${language}`, 'Quality', QUALITIES, quality, (value) =>
          api.changeTemplate(id, { quality: value }),
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            'aria-label': `${pacing === undefined ? 'Hold' : 'Let go'} what is sent of ${name} ${language}`,
            onclick: () => act(() => api.changeTemplate(id, { pacing: pacing === undefined ? 'held' : 'released' })),
          },
          pacing === undefined ? 'Hold what is sent' : 'Let go what is sent',
        ),
      ),
    )

  /** A word that the list does not have stays in it: WhatsApp may have new ones. */
  function choice(name, label, options, value, change) {
    const all = options.includes(value) ? options : [value, ...options]
    const select = h(
      'select',
      { 'aria-label': name, onchange: () => act(() => change(select.value)) },
      all.map((one) => h('option', { value: one, selected: one === value }, one)),
    )
    return h('label', { class: 'choice' }, h('span', { 'aria-hidden': 'true' }, label), select)
  }

  async function act(change) {
    try {
      await change()
    } catch (error) {
      toast(error.message, 'problem')
    }
    await show()
  }

  return show
}
