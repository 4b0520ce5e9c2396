import { html } from '../lit.js'
import { get, query } from '../api.js'
import { chart, pointsOf } from '../parts/chart.js'
import { empty } from '../parts/empty.js'
import { filters } from '../parts/filters.js'
import { countOf, plural, shortOf, spanOf } from '../parts/format.js'
import { hrefOf } from '../router.js'

export const problems = {
  title: 'Problems',
  load: (_app, { filter }) => get(`/problems${query({ tenant: filter.tenant, minutes: filter.minutes })}`),
  isTouchedBy: ({ problems }) => problems,
  render(app, data, route) {
    return html`<div class="page-head">
        <h1>Problems</h1>
        ${filters(app, route, { span: true })}
      </div>
      ${
        data.problems.length === 0
          ? empty(
              'Nothing went wrong in this time',
              'Commands that were rejected or expired, messages that Infobip could not deliver and webhooks that were not understood are grouped here by their code, sender and template.',
              'In the demo, the emulator’s faults make some: refuse the next send, and write something.',
            )
          : html`<div class="panel">
              <ul class="rows">
                ${data.problems.map((problem) => row(problem, data))}
              </ul>
            </div>`
      }`
  },
}

const KINDS = {
  rejected: 'rejected',
  expired: 'expired',
  failed: 'reported by Infobip',
  unrecognised: 'not understood',
}

function row(problem, { from, bucketMs }) {
  const { code, kind, tenant, sender, template, count, firstAt, lastAt, reason, histogram } = problem
  const about = [tenant, sender, template === undefined ? undefined : `template ${template}`]
    .filter(Boolean)
    .join(' · ')
  return html`<li>
    <a class="row" data-row href=${exampleOf(problem)}>
      <span>
        <span class="line"
          ><strong>${code}</strong>
          <span class="tag ${kind === 'unrecognised' ? 'warn' : 'bad'}">${KINDS[kind]}</span></span
        >
        <p>${reason}</p>
        <p>${about} · ${first(firstAt, lastAt)}</p>
      </span>
      <span class="row-side">
        ${chart(pointsOf(histogram, { from, bucketMs }), { label: `${code} over time, a bar is ${spanOf(bucketMs)}`, bad: true })}
        <span class="count" title=${plural(count, 'time')}>${countOf(count)}</span>
      </span>
    </a>
  </li>`
}

const first = (firstAt, lastAt) => (firstAt === lastAt ? shortOf(lastAt) : `${shortOf(firstAt)} to ${shortOf(lastAt)}`)

/** The latest one in its conversation, where it has one. */
function exampleOf({ kind, code, example }) {
  const { conversation, message } = example
  if (conversation !== undefined)
    return hrefOf('conversations', [conversation, ...(message === undefined ? [] : [message])])
  return kind === 'unrecognised' ? hrefOf('unrecognised') : hrefOf('dead-letters', [], { code })
}
