import { api } from './api.js'
import { bubbleOf } from './bubble.js'
import { createComposer } from './composer.js'
import { askContact, askLocation } from './ask-content.js'
import { askRow, toast } from './dialogs.js'
import { append, h, iconButton } from './dom.js'
import { hue, initials, nameOf, shownNumber } from './format.js'
import { createMessageWindow } from './message-window.js'
import { keyOf, previewOf } from './model.js'
import { createPhoneFacts } from './phone-facts.js'
import { createPhoneMenu } from './phone-menu.js'

const fail = (error) => toast(error.message, 'problem')

/** One customer's phone: the conversation with one business number. */
export function createPhone(model, { sender, customerId }, { onInspect, onClose, onMoved }) {
  const key = keyOf(sender, customerId)
  const customer = () => model.customers.get(customerId) ?? { id: customerId, ...model.drafts?.get(customerId) }

  const send = async (content) => {
    const { id, phone, userId, name } = customer()
    const who =
      phone === undefined && /^\d+$/.test(id)
        ? { from: id }
        : phone === undefined
          ? { userId: userId ?? id }
          : { from: phone }
    await api.inbound({ ...who, to: sender, ...(name === undefined ? {} : { name }), ...content })
  }

  const window = createMessageWindow({
    label: `Conversation with ${customerId}`,
    fetchPage: (params) => api.page(sender, customerId, params),
    render: (message) => decorate(bubbleOf(message, actions), message),
  })

  const actions = {
    inspect: onInspect,
    find: (messageId) => window.byMessageId(messageId),
    preview: previewOf,
    async openList(message) {
      const row = await askRow(message.bubble.list)
      if (row !== undefined) await send({ listReply: row, replyTo: message.messageId }).catch(fail)
    },
    async press(message, bubble, action) {
      await pressed(message, bubble, action).catch(fail)
    },
  }

  async function pressed(message, bubble, action) {
    const replyTo = message.messageId
    const id = action.id ?? action.title
    switch (action.type) {
      case 'reply': {
        const template = message.bubble.kind === 'template'
        return send(
          template
            ? { button: { text: action.title, payload: id }, replyTo }
            : { buttonReply: { id, title: action.title }, replyTo },
        )
      }
      case 'location': {
        const location = await askLocation()
        return location && send({ location, replyTo })
      }
      case 'flow':
        return send({
          message: { type: 'INTERACTIVE_FLOW_REPLY', text: 'Sent', response: { flow_token: id } },
          replyTo,
        })
      case 'copy':
        return toast(`Copied ${id}`)
      case 'url':
        return toast(`The phone would open ${action.url}`)
      case 'phone':
        return api.tell('calls', { from: customer().phone ?? customerId, to: sender })
      default:
        if (bubble.kind === 'call permission request') {
          return send({
            message: { type: 'INTERACTIVE_CALL_PERMISSION_REPLY', callPermissionReply: { response: id } },
            replyTo,
          })
        }
        return toast('The phone would open this')
    }
  }

  function decorate(node, message) {
    const tools = h('div', { class: 'tools' })
    if (message.direction === 'to-customer') {
      append(tools, [
        iconButton('reply', 'Quote', () => composer.setReply(message, previewOf(message))),
        iconButton(
          'thumb',
          'React with a thumb up',
          () => void send({ reaction: { emoji: '👍', to: message.messageId } }).catch(fail),
        ),
      ])
    }
    append(tools, [iconButton('inspect', 'Inspect', () => onInspect(message))])
    node.querySelector('.bubble').append(tools)
    return node
  }

  const composer = createComposer({ send, askLocation, askContact, fail })
  const name = h('h2', {})
  const about = h('p', { class: 'about' })
  const avatar = h('span', { 'aria-hidden': 'true' })
  const power = iconButton('power', 'Switch the phone off', () =>
    api.customer(customerId, { online: !(customer().online ?? true) }).catch(fail),
  )
  const typing = h(
    'p',
    { class: 'typing', hidden: true, role: 'status' },
    h('span', { class: 'dots', 'aria-hidden': 'true' }),
    'typing…',
  )
  const facts = createPhoneFacts(model, sender)
  const menu = createPhoneMenu(model, sender, { customer, send, onMoved, fail })
  const element = h(
    'section',
    { class: 'phone', 'aria-label': `Phone of ${customerId}`, 'data-key': key },
    h(
      'header',
      { class: 'phone-head' },
      iconButton('back', 'Back to the customers', onClose, { class: 'icon-button back' }),
      avatar,
      h('div', { class: 'who' }, name, about),
      power,
      menu,
      iconButton('close', 'Close this phone', onClose, { class: 'icon-button close' }),
    ),
    facts.element,
    window.element,
    typing,
    composer.element,
  )

  function refresh() {
    const who = customer()
    const shown = nameOf(who)
    name.textContent = shown
    avatar.className = `avatar hue-${hue(customerId)}`
    avatar.textContent = initials(shown)
    const number = shownNumber(who)
    const online = who.online ?? true
    about.textContent = [
      number === shown ? undefined : number,
      `to ${model.senderName(sender)}`,
      online ? undefined : 'switched off',
    ]
      .filter(Boolean)
      .join(' · ')
    element.setAttribute('aria-label', `Phone of ${shown}`)
    element.classList.toggle('off', !online)
    power.setAttribute('aria-pressed', String(!online))
    power.title = online ? 'Switch the phone off' : 'Switch the phone on'
    power.setAttribute('aria-label', power.title)
    typing.hidden = !((who.typingUntil?.[sender] ?? 0) > model.now())
    facts.refresh(who)
  }

  refresh()
  void window.open().catch(fail)
  return {
    key,
    element,
    refresh,
    focus: () => composer.focus(),
    reload: () => window.open(),
    note(message) {
      window.put(message)
      if (message.direction === 'to-customer') typing.hidden = true
    },
  }
}
