import { html, nothing } from '../lit.js'
import { get } from '../api.js'
import { empty } from '../parts/empty.js'
import { countOf, shortOf } from '../parts/format.js'

export const parked = {
  title: 'Parked',
  load: () => get('/parked'),
  isTouchedBy: () => true,
  render(_app, { topics }) {
    const waiting = topics.filter(({ waiting }) => waiting > 0)
    return html`<div class="page-head"><h1>Parked accounts</h1></div>
      ${
        waiting.length === 0
          ? empty(
              'No account is parked',
              'Where Infobip refuses an account’s key, throttles it for long or is away, its commands wait here in order, and no other account waits with them.',
              'They are sent by themselves when the account is well again: it is tried every 5 to 30 seconds.',
            )
          : html`<div class="panels">${waiting.map(account)}</div>`
      }`
  },
}

const account = ({ topic, tenant, waiting, oldestAt, senders }) =>
  html`<section class="panel">
    <h2>${tenant} <small>${topic}</small></h2>
    <dl class="facts">
      <dt>Waiting</dt>
      <dd><strong>${countOf(waiting)}</strong></dd>
      ${
        oldestAt === undefined
          ? nothing
          : html`<dt>The oldest</dt>
              <dd>${shortOf(oldestAt)}</dd>`
      }
      ${senders.map(
        ({ sender, reason, since }) =>
          html`<dt>${sender}</dt>
            <dd>${reason} <span class="muted">since ${shortOf(since)}</span></dd>`,
      )}
    </dl>
  </section>`
