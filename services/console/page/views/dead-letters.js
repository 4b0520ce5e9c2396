import { html, nothing } from '../lit.js'
import { announce } from '../announce.js'
import { get, post, query } from '../api.js'
import { confirm } from '../dialog.js'
import { copyable } from '../parts/copy.js'
import { empty } from '../parts/empty.js'
import { filters } from '../parts/filters.js'
import { countOf, plural, shortOf } from '../parts/format.js'
import { icon } from '../parts/icons.js'
import { moreButton } from '../parts/more.js'
import { recordDetails } from '../parts/record.js'
import { go, hrefOf } from '../router.js'

const ask = ({ filter }, before) => get(`/deadletters${query({ tenant: filter.tenant, code: filter.code, before })}`)

export const deadLetters = {
  title: 'Dead letters',
  load: (_app, route) => ask(route),
  isTouchedBy: ({ deadLetters, audit }) => deadLetters || audit,
  render(app, data, route) {
    return html`<div class="page-head">
        <h1>Dead letters <span class="tag">${countOf(data.total)}</span></h1>
        ${byCode(data, route)} ${filters(app, route)}
        ${
          data.letters.some(({ mayReplay }) => mayReplay)
            ? html`<button class="button" type="button" @click=${() => void replayAll(app, route)}>
                ${icon('replay')} Replay these …
              </button>`
            : nothing
        }
      </div>
      ${data.letters.length === 0 ? nothingHere(route) : list(app, data, route)}`
  },
}

function byCode({ codes }, { name, filter }) {
  if (codes.length === 0) return nothing
  const names = [...new Set(codes.map(({ code }) => code))]
  const countOfCode = (name) => codes.filter(({ code }) => code === name).reduce((sum, { count }) => sum + count, 0)
  return html`<label class="field"
    ><span class="unseen">Code</span>
    <select @change=${(event) => go(name, [], { ...filter, code: event.target.value })}>
      <option value="">Every code</option>
      ${names.map(
        (code) =>
          html`<option value=${code} ?selected=${filter.code === code}>
            ${code} (${countOf(countOfCode(code))})
          </option>`,
      )}
    </select>
  </label>`
}

const nothingHere = ({ filter }) =>
  filter.code === undefined
    ? empty(
        'No dead letters',
        'A command that was refused for good lies here with its reason, its bytes untouched, and is written back by a press of “Replay” when what was wrong is mended.',
      )
    : empty('None with this code', html`<a href=${hrefOf('dead-letters')}>Show every code</a>`)

const list = (app, data, route) =>
  html`<div class="panel">
    <ul class="rows">
      ${data.letters.map((letter) => row(app, letter))}
    </ul>
    ${moreButton(app, data, 'letters', (before) => ask(route, before))}
  </div>`

function row(app, letter) {
  const { id, at, tenant, code, gate, reason, attempts, commandId, business, customer, conversation } = letter
  return html`<li>
    <div class="row" data-row tabindex="-1">
      <span>
        <span class="line">
          <strong>${code}</strong>
          ${gate === undefined ? nothing : html`<span class="tag">gate ${gate}</span>`}
          ${copyable(commandId, 'command id')}
        </span>
        <p>${reason}</p>
        <p>
          ${business === undefined ? nothing : `${business} to ${customer ?? '-'} · `}${tenant} ·
          ${plural(attempts, 'attempt')} ·
          <time datetime=${at}>${shortOf(at)}</time>
        </p>
      </span>
      <span class="row-side">
        ${replayState(letter)}
        ${
          conversation === undefined
            ? nothing
            : html`<a class="button small" href=${hrefOf('conversations', [conversation])}>Conversation</a>`
        }
        ${letter.mayReplay ? replayButton(app, letter) : nothing}
      </span>
      ${recordDetails(app, id)}
    </div>
  </li>`
}

const STATES = { requested: ['warn', 'Being replayed'], replayed: ['good', 'Replayed'], left: ['bad', 'Left'] }

function replayState({ replay }) {
  if (replay === undefined) return nothing
  const [tone, words] = STATES[replay.state]
  const more = [replay.by, replay.at === undefined ? undefined : shortOf(replay.at), replay.reason]
    .filter(Boolean)
    .join(', ')
  return html`<span class="tag ${tone}" title=${more}>${words}</span>`
}

const replayButton = (app, letter) =>
  html`<button
    class="button small"
    type="button"
    ?disabled=${letter.replay?.state === 'requested'}
    @click=${() => void replayOne(app, letter)}
  >
    ${icon('replay')} ${letter.replay === undefined ? 'Replay' : 'Replay again'}
  </button>`

async function replayOne(app, letter) {
  letter.replay = { state: 'requested', by: app.session.user, at: new Date().toISOString() }
  app.update()
  try {
    const { state, reason } = await post(`/deadletters/${encodeURIComponent(letter.id)}/replay`)
    letter.replay = { ...letter.replay, state, reason }
    announce(reason === undefined ? STATES[state][1] : `${STATES[state][1]}: ${reason}`)
  } catch (error) {
    letter.replay = undefined
    app.error = error
  }
  app.update()
}

/** Count first: what is confirmed is that count, and another one in the meantime is refused. */
async function replayAll(app, { filter }) {
  const chosen = Object.fromEntries(
    Object.entries({ tenant: filter.tenant, code: filter.code }).filter(([, value]) => value),
  )
  try {
    const { count, left } = await post('/replays', chosen)
    const agreed = await confirm({
      title: count === 0 ? 'Nothing to replay' : `Replay ${plural(count, 'dead letter')}?`,
      body: html`<p>
          ${
            filter.code === undefined
              ? 'Of every code, but those of a gate and those whose outcome is unknown: choose their code to replay them too.'
              : html`With the code <strong>${filter.code}</strong>.`
          }
        </p>
        ${left.map(({ reason, count }) => html`<p class="muted">${countOf(count)} stay: ${reason}</p>`)}`,
      action: 'Replay',
    })
    if (!agreed || count === 0) return
    const done = await post('/replays', { ...chosen, confirm: count })
    announce(`${plural(done.count, 'dead letter')} replayed`)
    await app.reload()
  } catch (error) {
    app.error = error
    app.update()
  }
}
