import { createClock } from './clock.js'
import { createConversationList } from './conversations.js'
import { ask, toast } from './dialogs.js'
import { h, icon, iconButton } from './dom.js'
import { createInspector } from './inspector.js'
import { createModel, keyOf } from './model.js'
import { createPhone } from './phone.js'

const FIRST_CUSTOMER = { phone: '351927482662', name: 'Teresa Gomes' }

const model = createModel()
const phones = []

const inspector = createInspector(model, { onClose: () => showInspector(false) })
const list = createConversationList(model, {
  onOpen: (row) => open(row.sender, row.customer.id, false),
  onBeside: (row) => open(row.sender, row.customer.id, true),
  onNew: () => void newCustomer(),
})
const stage = h('main', { class: 'stage' })
const offline = h(
  'p',
  { class: 'offline', hidden: true, role: 'alert' },
  'The emulator does not answer; this page tries again by itself.',
)
const inspectButton = iconButton(
  'inspect',
  'Inspector',
  () => showInspector(!document.body.classList.contains('inspecting')),
  { 'aria-pressed': 'false' },
)
const besideButton = iconButton(
  'columns',
  'Side by side',
  () => {
    const on = besideButton.getAttribute('aria-pressed') !== 'true'
    besideButton.setAttribute('aria-pressed', String(on))
  },
  { 'aria-pressed': 'false' },
)

document
  .querySelector('#app')
  .append(
    h(
      'header',
      { class: 'top' },
      h('h1', {}, h('span', { class: 'logo', 'aria-hidden': 'true' }), 'Infobip emulator'),
      createClock(model),
      besideButton,
      inspectButton,
    ),
    offline,
    h('div', { class: 'panes' }, list.element, stage, inspector.element),
  )

function open(sender, customerId, beside) {
  const key = keyOf(sender, customerId)
  const known = phones.find((one) => one.key === key)
  const conversation = model.conversations.get(key)
  if (conversation !== undefined) conversation.unread = 0
  if (known === undefined) {
    const keep = beside || besideButton.getAttribute('aria-pressed') === 'true'
    if (!keep) closeAll()
    const phone = createPhone(
      model,
      { sender, customerId },
      {
        onInspect: inspect,
        onClose: () => close(key),
        onMoved: (customer) => open(sender, customer.id, true),
      },
    )
    phones.push(phone)
    stage.querySelector('.nothing')?.remove()
    stage.append(phone.element)
  }
  shown()
  phones.find((one) => one.key === key)?.focus()
}

function close(key) {
  const at = phones.findIndex((one) => one.key === key)
  if (at < 0) return
  phones.splice(at, 1)[0].element.remove()
  shown()
}

function closeAll() {
  for (const phone of phones.splice(0)) phone.element.remove()
}

/** The address keeps what is open, so that a reload shows it again. */
function shown() {
  const keys = phones.map((one) => one.key)
  document.body.classList.toggle('chatting', keys.length > 0)
  document.body.dataset.phones = String(keys.length)
  history.replaceState(null, '', keys.length === 0 ? location.pathname : `#${keys.join(',')}`)
  list.setOpen(keys)
  if (keys.length === 0 && stage.querySelector('.nothing') === null) stage.append(nothing())
}

const nothing = () =>
  h(
    'div',
    { class: 'nothing' },
    h('span', { class: 'big-logo', 'aria-hidden': 'true' }, icon('phone')),
    h('h2', {}, 'Choose a customer'),
    h('p', {}, 'Each one is a phone: write as the customer, and see what your system sends as WhatsApp draws it.'),
    h('button', { type: 'button', class: 'primary', onclick: () => void newCustomer() }, 'New customer'),
  )

function inspect(message) {
  showInspector(true)
  inspector.inspect(message)
}

function showInspector(on) {
  document.body.classList.toggle('inspecting', on)
  inspectButton.setAttribute('aria-pressed', String(on))
  inspector.element.inert = !on
  if (on) inspector.choose(inspector.tab())
}

async function newCustomer() {
  const senders = model.senders()
  const values = await ask({
    title: 'New customer',
    submit: 'Open the phone',
    fields: [
      {
        name: 'phone',
        label: 'Phone number',
        type: 'tel',
        inputmode: 'tel',
        value: randomNumber(),
        pattern: '\\+?[0-9]{4,20}',
        hint: 'Leave it empty for a customer who is known by user id alone',
      },
      { name: 'name', label: 'Name', value: '' },
      ...(senders.length > 1
        ? [
            {
              name: 'sender',
              label: 'Writes to',
              options: senders.map(({ number, name }) => [number, `${name} (${number})`]),
            },
          ]
        : []),
    ],
  })
  if (values === undefined) return
  const phone = values.phone.replace(/^\+/, '')
  const id = phone === '' ? `IT.${crypto.randomUUID().replaceAll('-', '').slice(0, 18)}` : phone
  draft(id, { ...(phone === '' ? { userId: id } : { phone }), ...(values.name === '' ? {} : { name: values.name }) })
  open(values.sender ?? senders[0].number, id, false)
}

function draft(id, customer) {
  model.drafts.set(id, customer)
}

const randomNumber = () => `3912${String(Math.floor(Math.random() * 10_000_000)).padStart(7, '0')}`

function restore() {
  const keys = decodeURIComponent(location.hash.slice(1)).split(',').filter(Boolean)
  const wide = matchMedia('(min-width: 760px)').matches
  for (const key of keys) {
    const [sender, ...rest] = key.split(':')
    open(sender, rest.join(':'), true)
  }
  if (keys.length > 0) return
  const [first] = model.conversations.values()
  const [sender] = model.senders()
  if (first === undefined && sender !== undefined && wide) {
    draft(FIRST_CUSTOMER.phone, FIRST_CUSTOMER)
    open(sender.number, FIRST_CUSTOMER.phone, false)
  } else shown()
}

let drawing = false
/** Many changes in one frame are one drawing. */
function drawSoon() {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    list.refresh()
    for (const phone of phones) phone.refresh()
  })
}

model.on((change) => {
  switch (change.type) {
    case 'changes':
      for (const { kind, entity } of change.changes) {
        if (kind !== 'message' || entity === undefined) continue
        phones.find((phone) => phone.key === keyOf(entity.sender, entity.customerId))?.note(entity)
      }
      for (const { key } of phones) {
        const conversation = model.conversations.get(key)
        if (conversation !== undefined) conversation.unread = 0
      }
      inspector.refresh(change.changes)
      return drawSoon()
    case 'lost':
      offline.hidden = false
      return
    case 'back':
      offline.hidden = true
      for (const phone of phones) void phone.reload()
      return drawSoon()
    default:
      drawSoon()
  }
})

document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement?.tagName ?? '')) {
    event.preventDefault()
    list.focusSearch()
  }
  if (
    event.key === 'Escape' &&
    document.body.classList.contains('inspecting') &&
    document.querySelector('dialog') === null
  )
    showInspector(false)
})

// What a phone shows by time alone: the typing note, the window.
setInterval(() => {
  for (const phone of phones) phone.refresh()
}, 1_000)

showInspector(false)
try {
  await model.load()
  list.refresh()
  restore()
} catch (error) {
  toast(error.message, 'problem')
}
