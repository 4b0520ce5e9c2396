import { api } from './api.js'
import { toast } from './dialogs.js'
import { h, iconButton } from './dom.js'

const READY = [
  ['429 once', { action: 'throttle', retryAfterSeconds: 2, count: 1 }],
  ['500 once, nothing taken', { action: 'status', status: 500, count: 1 }],
  ['500 once, but taken', { action: 'status', status: 500, taken: true, count: 1 }],
  ['503 once', { action: 'status', status: 503, retryAfterSeconds: 1, count: 1 }],
  ['Taken, then dropped', { action: 'drop', count: 1 }],
  ['Refused', { action: 'refuse', count: 1 }],
  ['Hang 30 s', { action: 'hang', forMs: 30_000, count: 1 }],
  ['Unknown scenario', { action: 'unknown-scenario', count: 1 }],
  ['Two seconds slow', { action: 'latency', delayMs: 2_000 }],
  ['Media refused', { action: 'media-refused', count: 1 }],
  ['No report', { action: 'stay-pending', count: 1 }],
  ['Webhooks twice', { action: 'webhook-duplicate' }],
  ['Webhooks out of order', { action: 'webhook-reorder' }],
  ['Webhooks late', { action: 'webhook-late' }],
  ['Webhooks lost', { action: 'webhook-lose', count: 1 }],
]

/** Faults to switch on by a press, those in force, and the numbers that bring their own. */
export function faultsPanel() {
  const element = h('div', { class: 'faults' })

  async function show() {
    const { faults, magicNumbers } = await api.faults()
    element.replaceChildren(
      h('h3', {}, 'In force'),
      ...(faults.length === 0 ? [h('p', { class: 'empty' }, 'None.')] : faults.map(activeOf)),
      h('h3', {}, 'Add one'),
      h(
        'div',
        { class: 'ready' },
        READY.map(([label, fault]) =>
          h('button', { type: 'button', class: 'plain', onclick: () => act(() => api.addFault(fault)) }, label),
        ),
      ),
      h('h3', {}, 'Magic numbers'),
      h('p', { class: 'note' }, 'Messages to these customers meet their fault always, with no setting.'),
      h(
        'dl',
        { class: 'magic' },
        magicNumbers.map(({ number, what }) => [h('dt', {}, number), h('dd', {}, what)]),
      ),
    )
    return element
  }

  const activeOf = ({ id, fault, struck }) => {
    const { action, ...rest } = fault
    const shown = Object.entries(rest).filter(
      ([name, value]) => !(name === 'probability' && value === 1) && !(name === 'kind' && value === 'any'),
    )
    return h(
      'p',
      { class: 'active-fault' },
      h(
        'span',
        {},
        h('strong', {}, action),
        ' ',
        h('small', {}, `${shown.map(([name, value]) => `${name} ${value}`).join(', ')} · struck ${struck}×`),
      ),
      iconButton('close', `Remove ${action}`, () => act(() => api.removeFault(id))),
    )
  }

  async function act(change) {
    try {
      await change()
      await show()
    } catch (error) {
      toast(error.message, 'problem')
    }
  }

  return show
}
