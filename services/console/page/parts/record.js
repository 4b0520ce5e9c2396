import { html, nothing } from '../lit.js'
import { get } from '../api.js'
import { copyable } from './copy.js'
import { exactTimeOf } from './format.js'

/** What was got of records, by id and token: a record never changes. Kept as long as the page is open. */
const known = new Map()

/** A record of Kafka, whole, got when it is unfolded. */
export function recordDetails(app, id, reveal) {
  const key = `${id} ${reveal ?? ''}`
  const unfold = async (event) => {
    if (!event.target.open || known.has(key)) return
    try {
      known.set(key, await get(`/records/${encodeURIComponent(id)}`, { reveal }))
    } catch (error) {
      app.error = error
    }
    app.update()
  }
  const record = known.get(key)
  return html`<details @toggle=${unfold}>
    <summary>The record</summary>
    ${record === undefined ? html`<p class="muted small">Reading …</p>` : detailsOf(record)}
  </details>`
}

function detailsOf({ step, masked, ceId, writtenAt, key, headers, data, originalText }) {
  return html`<dl class="facts">
      <dt>In Kafka</dt>
      <dd>${step.topic}, partition ${step.partition}, offset ${step.offset}, at ${exactTimeOf(writtenAt)}</dd>
      ${
        ceId === undefined
          ? nothing
          : html`<dt>Event id</dt>
              <dd>${copyable(ceId, 'event id')}</dd>`
      }
      ${
        key === undefined
          ? nothing
          : html`<dt>Key</dt>
              <dd>${key}</dd>`
      }
      ${headers.map(
        ({ name, value }) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${masked ? html`<p class="muted small">Numbers and texts are masked.</p>` : nothing}
    <pre class="json" tabindex="0" role="group" aria-label="The record’s value">${JSON.stringify(data, null, 2)}</pre>
    ${original(step, originalText)}`
}

function original({ original }, text) {
  if (original === 'omitted')
    return html`<p class="muted small">Infobip’s result was left out: the record would have been too large with it.</p>`
  if (text === undefined) return nothing
  return html`<p class="small">Infobip’s result, as it came:</p>
    <pre class="json" tabindex="0" role="group" aria-label="Infobip’s result">${text}</pre>`
}
