import { html, nothing } from '../lit.js'
import { get, query } from '../api.js'
import { chart, pointsOf } from '../parts/chart.js'
import { empty } from '../parts/empty.js'
import { filters } from '../parts/filters.js'
import { countOf, plural, spanOf } from '../parts/format.js'
import { hrefOf } from '../router.js'

const sum = (counts) => counts.reduce((total, count) => total + count, 0)

export const overview = {
  title: 'Overview',
  load: (_app, { filter }) => get(`/overview${query({ tenant: filter.tenant, minutes: filter.minutes })}`),
  isTouchedBy: () => true,
  render(app, data, route) {
    const { received, commands, accepted, delivered, failed, acceptedAfterMs, deadLetters, costs = [] } = data
    const isEmpty = sum(received) + sum(commands) + sum(accepted) + sum(failed) === 0
    return html`<div class="page-head">
        <h1>Overview</h1>
        ${filters(app, route, { span: true })}
      </div>
      <dl class="figures">
        ${figure('Customers wrote', countOf(sum(received)))} ${figure('Commands', countOf(sum(commands)))}
        ${figure('Delivered', countOf(sum(delivered)))} ${figure('Failed', countOf(sum(failed)), sum(failed) > 0)}
        ${
          acceptedAfterMs === undefined
            ? nothing
            : figure(
                'Command to accepted, p50 and p95',
                html`${spanOf(acceptedAfterMs.p50)} <small>${spanOf(acceptedAfterMs.p95)}</small>`,
              )
        }
        ${costs.map(({ currency, amount, messages }) =>
          figure(`Reported cost of ${plural(messages, 'message')}`, html`${amount} <small>${currency}</small>`),
        )}
        ${figure('Dead letters', html`<a href=${hrefOf('dead-letters')}>${countOf(deadLetters)}</a>`)}
        ${figure('Not understood', html`<a href=${hrefOf('unrecognised')}>${countOf(data.unrecognised)}</a>`)}
      </dl>
      ${isEmpty ? teach() : nothing}
      <div class="panels">
        ${over(data, 'Customers wrote', received)} ${over(data, 'Commands', commands)}
        ${over(data, 'Accepted by Infobip', accepted)} ${over(data, 'Delivered', delivered)}
        ${over(data, 'Failed', failed, true)}
      </div>`
  },
}

const figure = (name, value, isBad = false) =>
  html`<div class=${isBad ? 'figure bad' : 'figure'}>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

const over = ({ from, to, bucketMs }, title, counts, bad = false) =>
  html`<section class="panel">
    <h2>${title} <small>${countOf(sum(counts))}, a bar is ${spanOf(bucketMs)}</small></h2>
    ${chart(pointsOf(counts, { from, bucketMs }), { label: title, bad, from, to })}
  </section>`

const teach = () =>
  html`<div class="panel">
    ${empty(
      'Nothing has happened in this time',
      'As soon as a customer writes or a bot sends, the figures here move by themselves.',
      'In the demo, write something on the emulator’s phone page; elsewhere point Infobip’s webhooks at ingress.',
    )}
  </div>`
