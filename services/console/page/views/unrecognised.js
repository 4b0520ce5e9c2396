import { html } from '../lit.js'
import { get, query } from '../api.js'
import { empty } from '../parts/empty.js'
import { filters } from '../parts/filters.js'
import { countOf, shortOf } from '../parts/format.js'
import { moreButton } from '../parts/more.js'
import { recordDetails } from '../parts/record.js'

const ask = ({ filter }, before) => get(`/unrecognised${query({ tenant: filter.tenant, before })}`)

export const unrecognised = {
  title: 'Not understood',
  load: (_app, route) => ask(route),
  isTouchedBy: ({ unrecognised }) => unrecognised,
  render(app, data, route) {
    return html`<div class="page-head">
        <h1>Webhooks not understood <span class="tag">${countOf(data.total)}</span></h1>
        ${filters(app, route)}
      </div>
      ${
        data.webhooks.length === 0
          ? empty(
              'Everything was understood',
              'What Infobip sends and nobody knows how to read is kept whole and answered with 200. It stands here with the reason.',
              html`After an update that knows more, <code>imchannel unrecognised replay</code> reads it again.`,
            )
          : html`<div class="panel">
              <ul class="rows">
                ${data.webhooks.map(
                  ({ id, at, tenant, code, reason }) =>
                    html`<li>
                      <div class="row" data-row tabindex="-1">
                        <span>
                          <span class="line"><strong>${code}</strong><span class="tag">${tenant}</span></span>
                          <p>${reason}</p>
                        </span>
                        <time class="muted small" datetime=${at}>${shortOf(at)}</time>
                        ${recordDetails(app, id)}
                      </div>
                    </li>`,
                )}
              </ul>
              ${moreButton(app, data, 'webhooks', (before) => ask(route, before))}
            </div>`
      }`
  },
}
