import { html, nothing } from '../lit.js'
import { copyable } from './copy.js'
import { exactTimeOf, spanOf } from './format.js'
import { icon } from './icons.js'
import { recordDetails } from './record.js'

const TONES = { good: 'good', bad: 'bad', warning: 'warn', plain: '' }
const FAILURES = ['failed', 'rejected', 'expired']
const WORKS = ['delivered', 'seen', 'received']

/** Everything that a message went through, in the order of time, each step with what it is told by. */
export function chainOf(app, message, reveal) {
  const { state, problem, messageId, commandId, traceIds, steps } = message
  const tone = FAILURES.includes(state) ? 'bad' : WORKS.includes(state) ? 'good' : 'warn'
  return html`<section class="panel" id="chain" aria-labelledby="chain-title">
    <div class="chain-head">
      <h2 id="chain-title">What happened</h2>
      <span class="tag ${tone}">${state}</span>
    </div>
    ${problem === undefined ? nothing : html`<p class="problem"><strong>${problem.code}</strong> ${problem.reason}</p>`}
    <dl class="facts chain-facts">
      ${
        commandId === undefined
          ? nothing
          : html`<dt>Command</dt>
              <dd>${copyable(commandId, 'command id')}</dd>`
      }
      ${
        messageId === undefined
          ? nothing
          : html`<dt>Message</dt>
              <dd>${copyable(messageId, 'message id')}</dd>`
      }
      ${traceIds.map(
        (id) =>
          html`<dt>Trace</dt>
            <dd class="line">${copyable(id, 'trace id')} ${traceLink(app, id)}</dd>`,
      )}
    </dl>
    <ol class="chain">
      ${steps.map((step) => stepOf(app, step, reveal))}
    </ol>
  </section>`
}

function traceLink({ session }, id) {
  const { jaeger } = session.links
  if (jaeger === undefined) return nothing
  const href = new URL(`trace/${id}`, jaeger.endsWith('/') ? jaeger : `${jaeger}/`).href
  return html`<a class="button small" target="_blank" rel="noopener" href=${href}>Jaeger ${icon('link')}</a>`
}

function stepOf(app, step, reveal) {
  const { id, kind, at, afterMs, title, tone, detail, code, facts } = step
  return html`<li class="step ${TONES[tone] ?? ''}">
    <div class="step-head">
      <h3>${title}</h3>
      <time datetime=${at}>${exactTimeOf(at)}</time>
      ${afterMs > 0 ? html`<span class="gap">+${spanOf(afterMs)}</span>` : nothing}
      <span class="tag">${kind}</span>
    </div>
    ${
      code === undefined && detail === undefined
        ? nothing
        : html`<p class="step-text">
            ${code === undefined ? nothing : html`<strong>${code}</strong> `}${detail ?? ''}
          </p>`
    }
    ${
      facts.length === 0
        ? nothing
        : html`<dl class="facts">
            ${facts.map(
              ({ name, value }) =>
                html`<dt>${name}</dt>
                  <dd>${value}</dd>`,
            )}
          </dl>`
    }
    ${recordDetails(app, id, reveal)}
  </li>`
}
