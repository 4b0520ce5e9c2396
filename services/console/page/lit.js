// One way to the library: the console serves it from its own dependencies.
export { html, nothing, render, svg } from './lib/lit-html.js'
