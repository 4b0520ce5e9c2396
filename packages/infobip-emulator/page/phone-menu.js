import { api } from './api.js'
import { ask, toast } from './dialogs.js'
import { createMenu } from './menu.js'

const DAY_MS = 86_400_000

/** What a customer, or the business at its own phone, can do but for writing. */
export function createPhoneMenu(model, sender, { customer, send, onMoved, fail }) {
  const idOf = () => {
    const { id, phone, userId } = customer()
    return phone ?? userId ?? id
  }
  const pair = () => ({ from: idOf(), to: sender })
  const act = (path, more, said) => async () => {
    try {
      const answer = await api.tell(path, { ...pair(), ...more })
      if (said !== undefined) toast(said)
      return answer
    } catch (error) {
      fail(error)
      return undefined
    }
  }

  function itemsOf() {
    const who = customer()
    const stopped = who.marketingStopped?.includes(sender) === true
    const blocked = who.blocked?.includes(sender) === true
    const listed = model.isBlocklisted(sender, who)
    return [
      ['Call the business', act('calls', {}, 'The call opens the window')],
      ['Be called by the business', act('calls', { direction: 'outbound' })],
      ['Miss a call of the business', act('calls', { direction: 'outbound', answered: false })],
      ['Write through an ad', () => writeThroughAd().catch(fail)],
      undefined,
      [
        stopped ? 'Resume marketing' : 'Stop marketing',
        act('marketing', { status: stopped ? 'resume' : 'stop' }, stopped ? 'Marketing resumed' : 'Marketing stopped'),
      ],
      [blocked ? 'Unblock the business' : 'Block the business', act('blocks', { blocked: !blocked })],
      who.phone !== undefined || /^\d+$/.test(who.id)
        ? [listed ? 'Take off Infobip’s blocklist' : 'Put on Infobip’s blocklist', () => changeList(listed)]
        : undefined,
      undefined,
      ['Let 24 hours pass, here alone', act('windows', { elapsedMs: DAY_MS })],
      ['Get a new device', act('identity-change', {}, 'The identity changed; the business can confirm it')],
      ['Change the number', () => change('Change the number', numberField, 'number')],
      ['Hide the number', () => change('Hide the number behind a user name', usernameField, 'username')],
      ['Give the number to somebody else', () => change('Give the number to somebody else', nameField, 'recycled')],
      undefined,
      ['Answer by the business’s own phone', () => echo()],
    ].filter((item, i, all) => item !== undefined || (i > 0 && all[i - 1] !== undefined))
  }

  async function writeThroughAd() {
    const values = await ask({
      title: 'Write through an ad',
      submit: 'Send',
      note: 'The answer to it, and what follows for 72 hours, is free.',
      fields: [
        { name: 'text', label: 'Message', required: true, value: 'I saw your ad' },
        { name: 'headline', label: 'Headline of the ad', value: 'Winter coats' },
      ],
    })
    if (values === undefined) return
    const { text, headline } = values
    const referral = { sourceType: 'AD', sourceUrl: 'https://fb.me/example', sourceId: '1', headline }
    await send({ text, referral })
  }

  async function changeList(listed) {
    const destination = customer().phone ?? customer().id
    const entry = model.blocklistEntry(sender, customer()) ?? { sender, channel: 'WHATSAPP', sourceType: 'MO' }
    const { sender: by, channel, sourceType } = entry
    try {
      await api.tell('blocklist', {
        event: listed ? 'UNBLOCK' : 'BLOCK',
        destination,
        sourceType,
        ...(by === undefined ? {} : { sender: by }),
        ...(channel === undefined ? {} : { channel }),
      })
    } catch (error) {
      fail(error)
    }
  }

  const numberField = { name: 'phone', label: 'New number', type: 'tel', required: true, pattern: '[0-9]{4,20}' }
  const usernameField = { name: 'username', label: 'User name', required: true, value: 'teresa.gomes' }
  const nameField = { name: 'name', label: 'Who has it now', required: true, value: 'Somebody else' }

  async function change(title, field, type) {
    const values = await ask({ title, submit: 'Change', fields: [field] })
    if (values === undefined) return
    try {
      const now = await api.tell(`customers/${encodeURIComponent(idOf())}/changes`, { type, ...values })
      if (now.id !== customer().id) onMoved(now)
    } catch (error) {
      fail(error)
    }
  }

  async function echo() {
    const values = await ask({
      title: 'Answer by the business’s own phone',
      submit: 'Send',
      note: 'Somebody of the business uses the WhatsApp Business app: no window opens, nothing is charged.',
      fields: [{ name: 'text', label: 'Message', required: true, value: 'I have answered you here' }],
    })
    if (values !== undefined) await act('echoes', values)()
  }

  return createMenu({ name: 'more', label: 'What the customer can do', itemsOf })
}
