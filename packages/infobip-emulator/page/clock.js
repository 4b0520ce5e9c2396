import { api } from './api.js'
import { toast } from './dialogs.js'
import { h, icon } from './dom.js'
import { timeOf } from './format.js'

const STEPS = [
  ['1 minute', 60_000],
  ['1 hour', 3_600_000],
  ['25 hours', 90_000_000],
]

/** The emulator's time, and buttons that move it. */
export function createClock(model) {
  const shown = h('time', {})
  const panel = h('div', { class: 'clock-panel', hidden: true, role: 'group', 'aria-label': 'Clock' })
  const button = h(
    'button',
    {
      type: 'button',
      class: 'clock-button',
      'aria-expanded': 'false',
      onclick: toggle,
    },
    icon('clock'),
    h('span', { class: 'unseen' }, 'Clock'),
    shown,
  )
  const run = h('button', { type: 'button', class: 'plain', onclick: () => move({ running: !model.clockRunning }) })
  panel.append(
    h('p', { class: 'note' }, 'Reports, retries, expiries and the 24-hour window go by this clock.'),
    ...STEPS.map(([label, advanceMs]) =>
      h('button', { type: 'button', class: 'plain', onclick: () => move({ advanceMs }) }, `+ ${label}`),
    ),
    run,
  )
  const element = h('div', { class: 'clock' }, button, panel)

  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !panel.hidden) {
      toggle()
      button.focus()
    }
  })

  function toggle() {
    panel.hidden = !panel.hidden
    button.setAttribute('aria-expanded', String(!panel.hidden))
  }

  async function move(change) {
    try {
      model.takeClock(await api.clock(change))
    } catch (error) {
      toast(error.message, 'problem')
    }
  }

  function refresh() {
    const at = new Date(model.now())
    shown.textContent = timeOf(at)
    shown.dateTime = at.toISOString()
    button.title = at.toISOString()
    run.textContent = model.clockRunning ? 'Stop' : 'Let it run'
    element.classList.toggle('stopped', !model.clockRunning)
  }

  setInterval(refresh, 10_000)
  model.on(({ type }) => {
    if (type === 'clock') refresh()
  })
  return element
}
