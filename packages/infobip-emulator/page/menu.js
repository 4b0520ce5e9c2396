import { h, iconButton } from './dom.js'

/**
 * A button with a menu below it, for keyboard and pointer.
 * @param itemsOf what can be chosen now: `[label, act]`, or undefined for a line between
 */
export function createMenu({ name, label, itemsOf }) {
  const menu = h('div', { class: 'menu', hidden: true, role: 'menu', 'aria-label': label, onkeydown: onKey })
  const button = iconButton(name, label, toggle, { 'aria-haspopup': 'menu', 'aria-expanded': 'false' })
  const element = h('div', { class: 'menu-place' }, button, menu)

  element.addEventListener('focusout', (event) => {
    if (!element.contains(event.relatedTarget)) close()
  })

  function toggle() {
    if (!menu.hidden) return close()
    menu.replaceChildren(
      ...itemsOf().map((item) =>
        item === undefined
          ? h('div', { class: 'menu-line', role: 'separator' })
          : h('button', { type: 'button', role: 'menuitem', onclick: () => choose(item[1]) }, item[0]),
      ),
    )
    menu.hidden = false
    button.setAttribute('aria-expanded', 'true')
    menu.firstElementChild.focus()
  }

  function choose(act) {
    close()
    button.focus()
    void act()
  }

  function close() {
    menu.hidden = true
    button.setAttribute('aria-expanded', 'false')
  }

  function onKey(event) {
    const all = [...menu.querySelectorAll('button')]
    const at = all.indexOf(document.activeElement)
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
      button.focus()
    } else if (next !== undefined) {
      event.preventDefault()
      all[next % all.length].focus()
    }
  }

  return element
}
