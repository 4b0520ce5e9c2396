import { html, nothing } from '../lit.js'
import { get, query } from '../api.js'
import { empty } from '../parts/empty.js'
import { filters } from '../parts/filters.js'
import { shortOf } from '../parts/format.js'
import { moreButton } from '../parts/more.js'
import { hrefOf } from '../router.js'

const ask = ({ filter }, before) => get(`/audit${query({ tenant: filter.tenant, before })}`)

export const audit = {
  title: 'Audit',
  load: (_app, route) => ask(route),
  isTouchedBy: ({ audit }) => audit,
  render(app, data, route) {
    return html`<div class="page-head">
        <h1>Audit</h1>
        ${filters(app, route)}
      </div>
      ${
        data.entries.length === 0
          ? empty(
              'Nobody has revealed or replayed anything',
              'Whoever lifts a mask, replays a dead letter or corrects something stands here, with when and what. Each is an event on the audit topic, which keeps 400 days.',
            )
          : html`<div class="panel">
              <div class="table-frame" tabindex="0" role="group" aria-label="Audit">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">When</th>
                      <th scope="col">Who</th>
                      <th scope="col">What</th>
                      <th scope="col">Tenant</th>
                      <th scope="col">Outcome</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${data.entries.map(row)}
                  </tbody>
                </table>
              </div>
              ${moreButton(app, data, 'entries', (before) => ask(route, before))}
            </div>`
      }`
  },
}

const row = ({ at, by, action, tenant, conversation, outcome, detail }) =>
  html`<tr>
    <td><time datetime=${at}>${shortOf(at)}</time></td>
    <td>${by}</td>
    <td>
      ${conversation === undefined ? action : html`<a href=${hrefOf('conversations', [conversation])}>${action}</a>`}
      ${detail === undefined ? nothing : html`<span class="muted">${detail}</span>`}
    </td>
    <td>${tenant}</td>
    <td>${outcome}</td>
  </tr>`
