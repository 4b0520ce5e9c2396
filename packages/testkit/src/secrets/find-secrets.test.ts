import { describe, expect, it } from 'vitest'
import { findSecrets } from './find-secrets.ts'

const secret = 'p&ss/w0rd "ü" +~?'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a planted leak', () => {
  it.each([
    ['plain', `password=${secret};`],
    ['URL-encoded', `https://example.com/?token=${encodeURIComponent(secret)}&x=1`],
    ['in a form', new URLSearchParams({ token: secret }).toString()],
    ['in JSON', JSON.stringify({ token: secret })],
    ['in hex', Buffer.from(`x${secret}`).toString('hex')],
    ['as Basic credentials', `Basic ${base64(`infobip:${secret}`)}`],
    ['in base64 by itself', base64(secret)],
    ['in base64 after one byte', base64(`x${secret}yz`)],
    ['in base64 after two bytes', base64(`xy${secret}`)],
    ['in base64url', Buffer.from(`{"t":"${secret}"}`).toString('base64url')],
  ])('%s is found', (_how, text) => {
    expect(findSecrets({ password: secret }, { log: text })).not.toEqual([])
  })

  it('is named with its place, and what is no leak is none', () => {
    const places = { log: `before ${secret} after`, topic: base64('something else'), empty: '' }
    expect(findSecrets({ password: secret }, places)).toEqual([{ secret: 'password', place: 'log', writing: 'plain' }])
  })
})
