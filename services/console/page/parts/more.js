import { html, nothing } from '../lit.js'

/** Gets what comes after what a list shows, and puts it at its end. `list` names the member of the answer. */
export function moreButton(app, data, list, next) {
  if (data.before === undefined) return nothing
  const add = async (event) => {
    event.target.disabled = true
    try {
      const more = await next(data.before)
      data[list] = [...data[list], ...more[list]]
      data.before = more.before
    } catch (error) {
      app.error = error
    }
    event.target.disabled = false
    app.update()
  }
  return html`<p><button class="button" type="button" @click=${add}>Show more</button></p>`
}
