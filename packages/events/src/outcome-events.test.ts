import { describe, expect, test } from 'vitest'
import { messageAccepted, messageExpired, messageRejected } from './outcome-events.ts'

const subject = {
  commandId: 'order-4711',
  tenant: 'acme',
  from: '447700900123',
  to: '351910000042',
  messageId: 'm-1',
  callbackData: 'cb',
}
const at = '2026-03-04T05:06:07.000Z'
const error = { code: 'unknown_sender', reason: 'No account of acme has this number.' }

describe('an outcome', () => {
  test('is in the conversation’s partition, under the command’s id', () => {
    expect(messageAccepted(subject, { at, status: { groupId: 1, id: 26 } })).toMatchObject({
      type: 'imchannel.message.accepted.v1',
      key: 'acme:447700900123:351910000042',
      subject: 'order-4711',
      time: at,
      data: { ...subject, status: { groupId: 1, id: 26 }, rank: 1 },
    })
  })

  test('has the same id whenever and however often it is told, another for another outcome', () => {
    const accepted = messageAccepted(subject, { at })
    expect(messageAccepted(subject, { at: '2026-03-05T00:00:00.000Z' }).id).toBe(accepted.id)
    const others = [
      messageRejected(subject, { at, error }),
      messageExpired(subject, { at }),
      messageAccepted({ ...subject, dryRun: true }, { at }),
    ]
    expect(new Set([accepted, ...others].map(({ id }) => id)).size).toBe(4)
  })

  test('of a command that names nobody has dashes', () => {
    const event = messageRejected({ commandId: 'imchannel.outbound-3-42' }, { at, error })
    expect(event).toMatchObject({
      key: '-:-:-',
      tenant: '-',
      data: { commandId: 'imchannel.outbound-3-42', tenant: '-', error, rank: 6 },
    })
  })

  test('of a dry run says so', () => {
    expect(messageAccepted({ ...subject, dryRun: true }, { at }).data).toMatchObject({ dryRun: true })
    expect(JSON.parse(JSON.stringify(messageAccepted(subject, { at }).data))).not.toHaveProperty('dryRun')
  })
})
