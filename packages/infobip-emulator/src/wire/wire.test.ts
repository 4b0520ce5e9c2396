import { describe, expect, it } from 'vitest'
import { agrees, isAllowedType, sniffType } from '../delivery/media-rules.ts'
import { createRandom } from '../random.ts'
import { infobipDate, parseDate } from './dates.ts'
import { traceIdOf } from './trace-id.ts'

const AT = Date.UTC(2025, 1, 27, 15, 44, 57)

describe('a date', () => {
  it('is written as Infobip does', () => {
    expect(infobipDate(AT)).toBe('2025-02-27T15:44:57.000+0000')
  })

  it.each([
    '2025-02-27T15:44:57.000+0000',
    '2025-02-27T15:44:57Z',
    '2025-02-27T16:44:57+01:00',
    '2025-02-27T21:14:57+0530',
  ])('is read: %s', (text) => {
    expect(parseDate(text)).toBe(AT)
  })

  it('that is none is undefined', () => {
    expect(parseDate('yesterday')).toBeUndefined()
  })
})

describe('a trace id', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736'
  it.each([
    [{ traceparent: `00-${id}-00f067aa0ba902b7-01` }, id],
    [{ traceresponse: `00-${id}-00f067aa0ba902b7-01` }, id],
    [{ 'server-timing': `app;dur=3, traceparent;desc="00-${id}-00f067aa0ba902b7-01"` }, id],
    [{ 'x-trace-id': id }, id],
    [{ 'x-trace-id': 'abc' }, undefined],
    [{}, undefined],
  ])('is found in %j', (headers, found) => {
    expect(traceIdOf(headers)).toBe(found)
  })
})

describe('a media item', () => {
  it.each([
    ['image', 'image/jpeg', true],
    ['image', 'image/png; charset=binary', true],
    ['image', 'image/webp', false],
    ['audio', 'audio/ogg; codecs=opus', true],
    ['video', 'video/mp4', true],
    ['sticker', 'image/webp', true],
    ['document', 'application/x-anything', true],
  ] as const)('%s of %s: %s', (kind, type, allowed) => {
    expect(isAllowedType(kind, type)).toBe(allowed)
  })

  it.each([
    ['audio/mp4', 'video/mp4', true],
    ['application/pdf', 'image/png', false],
    ['image/png', 'image/jpeg', false],
    ['audio/ogg; codecs=opus', 'audio/ogg', true],
  ])('said to be %s with bytes of %s: %s', (declared, found, fits) => {
    expect(agrees(declared, found)).toBe(fits)
  })

  it('is told by its first bytes', () => {
    expect(sniffType(Buffer.from('RIFF____WEBP'))).toBe('image/webp')
    expect(sniffType(Buffer.from('....ftypisom'))).toBe('video/mp4')
    expect(sniffType(Buffer.from('hello'))).toBeUndefined()
  })
})

const take = (seed: string, stream: string) => createRandom(seed).stream(stream).text(20)

describe('chance', () => {
  it('is the same from the same seed, another from another, and each use has its own', () => {
    expect(take('a', 'x')).toBe(take('a', 'x'))
    expect(new Set([take('a', 'x'), take('b', 'x'), take('a', 'y')]).size).toBe(3)
    expect(createRandom('a').uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('is even enough', () => {
    const random = createRandom('even')
    const hits = Array.from({ length: 10_000 }, () => random.below(10))
    for (let digit = 0; digit < 10; digit++) {
      const count = hits.filter((one) => one === digit).length
      expect(count).toBeGreaterThan(850)
      expect(count).toBeLessThan(1150)
    }
  })
})
