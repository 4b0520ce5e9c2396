import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { isInRange, remoteAddress } from './remote-address.ts'

function from(peer: string, forwarded?: string | string[]): IncomingMessage {
  // The two fields that are read.
  return { socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage
}

const proxies = ['10.0.0.0/8', '::1']

describe('remoteAddress', () => {
  it.each([
    ['the peer, where nobody is trusted', from('10.0.0.1', '1.2.3.4'), [], '10.0.0.1'],
    ['the peer, where it is no trusted proxy', from('9.9.9.9', '1.2.3.4'), proxies, '9.9.9.9'],
    ['the last address that is no proxy', from('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.1.1.1'), proxies, '1.2.3.4'],
    ['the same over several headers', from('10.0.0.1', ['6.6.6.6', '1.2.3.4']), proxies, '1.2.3.4'],
    ['the same over a dual-stack socket', from('::ffff:10.0.0.1', '::ffff:1.2.3.4'), proxies, '1.2.3.4'],
    ['the first proxy, where there is nobody else', from('10.0.0.1', '10.2.2.2, 10.1.1.1'), proxies, '10.2.2.2'],
    [
      'the address without the port that some proxies write',
      from('10.0.0.1', '6.6.6.6, 1.2.3.4:4711'),
      proxies,
      '1.2.3.4',
    ],
    ['the same of version 6', from('10.0.0.1', '6.6.6.6, [2001:db8::7]:4711'), proxies, '2001:db8::7'],
    ['no address before one that cannot be read', from('10.0.0.1', '6.6.6.6, unknown, 10.1.1.1'), proxies, '10.1.1.1'],
    ['the peer, where the header is nonsense', from('::1', 'nonsense, '), proxies, '::1'],
  ])('is %s', (_case, request, trusted, expected) => {
    expect(remoteAddress(request, trusted)).toBe(expected)
  })
})

describe('isInRange', () => {
  it.each([
    ['193.105.74.1', true],
    ['193.105.75.1', false],
    ['::ffff:193.105.74.1', true],
    ['13.87.78.119', true],
    ['13.87.78.118', false],
    ['2001:db8::5', true],
    ['2001:db9::5', false],
    ['', false],
    ['nonsense', false],
  ])('%s: %s', (address, expected) => {
    expect(isInRange(address, ['193.105.74.0/24', '13.87.78.119', '2001:db8::/32'])).toBe(expected)
  })
})
