import { html, nothing } from '../lit.js'
import { go } from '../router.js'

const SPANS = [
  [60, 'Last hour'],
  [360, 'Last 6 hours'],
  [1_440, 'Last 24 hours'],
  [10_080, 'Last 7 days'],
  [43_200, 'Last 30 days'],
]

/** Which tenant, where there are several, and how far back. The address keeps both: neither tells of a customer. */
export function filters(app, route, { span = false } = {}) {
  const { name, filter } = route
  const change = (member) => (event) => go(name, [], { ...filter, [member]: event.target.value })
  const { tenants } = app.session
  return html`<div class="filters">
    ${
      tenants.length < 2
        ? nothing
        : html`<label class="field"
            ><span class="unseen">Tenant</span>
            <select @change=${change('tenant')}>
              <option value="">All tenants</option>
              ${tenants.map(({ id }) => html`<option value=${id} ?selected=${filter.tenant === id}>${id}</option>`)}
            </select>
          </label>`
    }
    ${
      span
        ? html`<label class="field"
            ><span class="unseen">Time</span>
            <select @change=${change('minutes')}>
              ${SPANS.map(
                ([minutes, words]) =>
                  html`<option value=${minutes} ?selected=${(filter.minutes ?? '1440') === String(minutes)}>
                    ${words}
                  </option>`,
              )}
            </select>
          </label>`
        : nothing
    }
  </div>`
}
