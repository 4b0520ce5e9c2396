import { html, nothing } from '../lit.js'
import { post } from '../api.js'
import { confirm } from '../dialog.js'
import { shortOf } from './format.js'

const SOURCES = {
  whatsapp: 'WhatsApp’s own switch',
  blocklist: 'Infobip’s blocklist',
  keyword: 'a key word',
  command: 'a command',
}
const whatOf = ({ scope, template }) => (scope === 'template' ? `the template ${template}` : scope)

/** What a customer has opted out of, by which source; an operator may correct each. */
export function consent(app, id, known) {
  const optOuts = known?.consent.filter(({ state }) => state === 'optedOut') ?? []
  return optOuts.map(
    (one) =>
      html`<span class="tag bad">Opted out of ${whatOf(one)} by ${SOURCES[one.source]} since ${shortOf(one.since)}</span
        >${
          known.mayCorrect
            ? html`<button
                class="button small"
                type="button"
                aria-label="Correct what ${SOURCES[one.source]} says"
                @click=${() => void lift(app, id, one)}
              >
                Correct
              </button>`
            : nothing
        }`,
  )
}

async function lift(app, id, { source, scope, template }) {
  let reason = ''
  const agreed = await confirm({
    title: 'Opt this customer in again?',
    body: html`<p>
        Of what ${SOURCES[source]} says (${whatOf({ scope, template })}). WhatsApp and Infobip refuse all the same what
        they refuse. The audit keeps that you did, without the number.
      </p>
      <label class="field">
        Reason
        <input
          required
          maxlength="500"
          @input=${(event) => {
            reason = event.target.value
          }}
        />
      </label>`,
    action: 'Opt in',
  })
  if (!agreed) return
  try {
    await post(`/conversations/${encodeURIComponent(id)}/consent`, {
      source,
      state: 'optedIn',
      scope,
      template,
      reason,
    })
    await app.reload()
  } catch (error) {
    app.error = error
    app.update()
  }
}
