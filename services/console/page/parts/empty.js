import { html } from '../lit.js'

/** What is said where nothing is: what would be here, and how it comes about. */
export const empty = (title, ...lines) =>
  html`<div class="nothing">
    <h2>${title}</h2>
    ${lines.map((line) => html`<p>${line}</p>`)}
  </div>`
