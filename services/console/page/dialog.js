import { html, render } from './lit.js'

/** Asks by a modal dialog; resolves to whether it was agreed to. Escape and the other button say no. */
export function confirm({ title, body, action }) {
  const place = document.createElement('div')
  document.body.append(place)
  return new Promise((resolve) => {
    const end = (agreed) => {
      place.remove()
      resolve(agreed)
    }
    render(
      html`<dialog aria-labelledby="dialog-title" @close=${(event) => end(event.target.returnValue === 'yes')}>
        <form method="dialog">
          <h2 id="dialog-title">${title}</h2>
          ${body}
          <div class="buttons">
            <button class="button" value="no" formnovalidate>Cancel</button>
            <button class="button primary" value="yes">${action}</button>
          </div>
        </form>
      </dialog>`,
      place,
    )
    place.querySelector('dialog').showModal()
  })
}
