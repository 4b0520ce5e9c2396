import { h } from './dom.js'

/** Shows a form as a modal dialog; resolves with its values, or with undefined when it is dismissed. */
export function ask({ title, fields, submit, note }) {
  return new Promise((resolve) => {
    const inputs = fields.map(({ name, label, options, hint, ...props }) => {
      const id = `field-${name}`
      const input =
        options === undefined
          ? h('input', { id, name, autocomplete: 'off', ...props })
          : h(
              'select',
              { id, name },
              options.map(([value, text]) => h('option', { value }, text)),
            )
      if (props.value !== undefined) input.value = props.value
      return h('p', { class: 'field' }, h('label', { for: id }, label), input, hint && h('small', {}, hint))
    })
    const form = h(
      'form',
      { method: 'dialog' },
      h('h2', {}, title),
      note && h('p', { class: 'note' }, note),
      inputs,
      h(
        'p',
        { class: 'dialog-buttons' },
        h('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: 'primary' }, submit),
      ),
    )
    const dialog = h('dialog', { class: 'dialog', 'aria-label': title }, form)
    let result
    form.addEventListener('submit', () => {
      result = Object.fromEntries(new FormData(form))
    })
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(result)
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}

/** A list message opened, as the phone does it: choose a row. */
export function askRow({ button, sections }) {
  return new Promise((resolve) => {
    let chosen
    const choose = (row) => {
      chosen = row
      dialog.close()
    }
    const dialog = h(
      'dialog',
      { class: 'dialog sheet', 'aria-label': button },
      h('h2', {}, button),
      sections.map(({ title, rows }) =>
        h(
          'section',
          {},
          title && h('h3', {}, title),
          rows.map((row) =>
            h(
              'button',
              { type: 'button', class: 'list-row', onclick: () => choose(row) },
              h('strong', {}, row.title),
              row.description && h('small', {}, row.description),
            ),
          ),
        ),
      ),
      h(
        'p',
        { class: 'dialog-buttons' },
        h('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, 'Cancel'),
      ),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(chosen)
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}

let toasts

/** Says something in passing. */
export function toast(text, kind = 'info') {
  toasts ??= document.body.appendChild(h('div', { class: 'toasts', role: 'status' }))
  const one = h('p', { class: `toast ${kind}` }, text)
  toasts.append(one)
  setTimeout(() => one.remove(), 6_000)
}
