import { h, icon, iconButton } from './dom.js'

/** Where the customer writes: text, and everything else behind the paper clip. */
export function createComposer({ send, askLocation, askContact, fail }) {
  let recorder
  let replyTo

  const text = h('textarea', {
    rows: '1',
    placeholder: 'Write as the customer',
    'aria-label': 'Message',
    oninput: grow,
    onkeydown: (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault()
        void sendText()
      }
      if (event.key === 'Escape') setReply(undefined)
    },
  })
  const file = h('input', {
    type: 'file',
    hidden: true,
    'aria-hidden': 'true',
    tabindex: '-1',
    onchange: () => void sendFile(),
  })
  let fileKind = 'image'

  const items = [
    { name: 'image', label: 'Photo or sticker', choose: () => pick('image', 'image/jpeg,image/png,image/webp') },
    { name: 'file', label: 'Document', choose: () => pick('document', '') },
    { name: 'phone', label: 'Video', choose: () => pick('video', 'video/mp4,video/3gpp') },
    { name: 'mic', label: 'Audio or voice note', choose: () => pick('voice', 'audio/*') },
    {
      name: 'pin',
      label: 'Location',
      choose: async () => {
        const location = await askLocation()
        if (location !== undefined) await deliver({ location })
      },
    },
    {
      name: 'person',
      label: 'Contact',
      choose: async () => {
        const contact = await askContact()
        if (contact !== undefined) await deliver({ contacts: [contact] })
      },
    },
  ]
  const choose = (item) => {
    close()
    void item.choose()
  }
  const menu = h(
    'div',
    { class: 'attach-menu', hidden: true, role: 'menu', 'aria-label': 'Attach' },
    items.map((item) =>
      h(
        'button',
        { type: 'button', role: 'menuitem', onclick: () => choose(item) },
        h('span', { class: 'attach-icon' }, icon(item.name)),
        item.label,
      ),
    ),
  )
  const attach = iconButton('attach', 'Attach', toggle, { 'aria-haspopup': 'menu', 'aria-expanded': 'false' })
  const record = iconButton('mic', 'Record a voice note', () => void toggleRecording())
  const sendButton = iconButton('send', 'Send', () => void sendText(), { class: 'icon-button send', hidden: true })
  const replyBar = h('div', { class: 'reply-bar', hidden: true })
  const element = h(
    'footer',
    { class: 'composer' },
    replyBar,
    menu,
    h('div', { class: 'composer-row' }, attach, text, record, sendButton, file),
  )

  menu.addEventListener('keydown', (event) => {
    const all = [...menu.children]
    const at = all.indexOf(document.activeElement)
    if (event.key === 'Escape') {
      close()
      attach.focus()
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      all[(at + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length].focus()
    }
  })
  element.addEventListener('focusout', (event) => {
    if (!element.contains(event.relatedTarget)) close()
  })

  function toggle() {
    menu.hidden = !menu.hidden
    attach.setAttribute('aria-expanded', String(!menu.hidden))
    if (!menu.hidden) menu.firstElementChild.focus()
  }

  function close() {
    menu.hidden = true
    attach.setAttribute('aria-expanded', 'false')
  }

  function grow() {
    text.style.height = 'auto'
    text.style.height = `${Math.min(text.scrollHeight, 140)}px`
    const empty = text.value.trim() === ''
    sendButton.hidden = empty
    record.hidden = !empty
  }

  async function deliver(content) {
    const quoted = replyTo === undefined ? {} : { replyTo: replyTo.messageId }
    setReply(undefined)
    try {
      await send({ ...content, ...quoted })
    } catch (error) {
      fail(error)
    }
  }

  async function sendText() {
    const value = text.value.trim()
    if (value === '') return
    text.value = ''
    grow()
    await deliver({ text: value })
  }

  function pick(kind, accept) {
    fileKind = kind
    file.accept = accept
    file.value = ''
    file.click()
  }

  async function sendFile() {
    const chosen = file.files?.[0]
    if (chosen === undefined) return
    const caption = text.value.trim()
    text.value = ''
    grow()
    await sendBytes(kindOf(fileKind, chosen.type), chosen, chosen.type, chosen.name, caption)
  }

  async function sendBytes(kind, blob, contentType, filename, caption = '') {
    const base64 = await base64Of(blob)
    const named = kind === 'document' ? { filename } : {}
    const captioned = caption === '' || ['sticker', 'voice', 'audio'].includes(kind) ? {} : { caption }
    await deliver({
      [kind]: { base64, contentType: contentType || 'application/octet-stream', ...named, ...captioned },
    })
  }

  async function toggleRecording() {
    if (recorder !== undefined) {
      recorder.stop()
      return
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const wanted = 'audio/ogg;codecs=opus'
      recorder = new MediaRecorder(stream, MediaRecorder.isTypeSupported(wanted) ? { mimeType: wanted } : {})
      const parts = []
      recorder.addEventListener('dataavailable', (event) => parts.push(event.data))
      recorder.addEventListener('stop', () => {
        const { mimeType } = recorder
        recorder = undefined
        setRecording(false)
        for (const track of stream.getTracks()) track.stop()
        void sendBytes('voice', new Blob(parts, { type: mimeType }), mimeType, 'voice')
      })
      recorder.start()
      setRecording(true)
    } catch {
      recorder = undefined
      fail(new Error('No microphone here: choose an audio file from the paper clip instead.'))
    }
  }

  function setRecording(on) {
    record.replaceChildren(icon(on ? 'stop' : 'mic'))
    record.classList.toggle('recording', on)
    record.setAttribute('aria-label', on ? 'Stop and send' : 'Record a voice note')
  }

  function setReply(message, preview) {
    replyTo = message
    replyBar.hidden = message === undefined
    if (message === undefined) return replyBar.replaceChildren()
    replyBar.replaceChildren(
      h('span', {}, h('strong', {}, 'Reply to'), ' ', preview),
      iconButton('close', 'Do not quote', () => setReply(undefined)),
    )
    text.focus()
  }

  return { element, focus: () => text.focus(), setReply }
}

/** A WebP that is chosen as a photo goes as a sticker, as WhatsApp takes it. */
function kindOf(kind, type) {
  if (kind === 'image' && type === 'image/webp') return 'sticker'
  if (kind === 'voice' && !/ogg|opus|webm/.test(type)) return 'audio'
  return kind
}

function base64Of(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      // A data URL: what follows the comma is the base64.
      const { result } = reader
      resolve(typeof result === 'string' ? (result.split(',')[1] ?? '') : '')
    })
    reader.addEventListener('error', () => reject(reader.error))
    reader.readAsDataURL(blob)
  })
}
