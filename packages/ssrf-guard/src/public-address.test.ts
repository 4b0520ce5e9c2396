import { describe, expect, test } from 'vitest'
import { GLOBAL_UNICAST_V6, isPublicAddress, NOT_PUBLIC_V4, NOT_PUBLIC_V6 } from './public-address.ts'

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

/** An address as a number, and back. */
function toNumber(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const [head = '', tail = ''] = address.split('::')
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0')
  return [...groups(head), ...zeros, ...groups(tail)].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}

const toV4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
const toV6 = (value: bigint): string =>
  [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n].map((group) => ((value >> (group * 16n)) & 65_535n).toString(16)).join(':')

interface Edges {
  readonly first: string
  readonly last: string
  readonly before: string
  readonly after: string
}

function edgesOf(network: string, prefix: number): Edges {
  const [bits, write] = network.includes(':') ? [128, toV6] : [32, toV4]
  const first = toNumber(network)
  const last = first + (1n << BigInt(bits - prefix)) - 1n
  const wrap = 1n << BigInt(bits)
  return {
    first: write(first),
    last: write(last),
    before: write((first - 1n + wrap) % wrap),
    after: write((last + 1n) % wrap),
  }
}

const asMapped = (address: string): string => `::ffff:${address}`

/** Neighbours that lie in another of the ranges, or beyond the end of all addresses. */
const NOT_PUBLIC_NEIGHBOURS = ['255.255.255.255', '0.0.0.0', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']

describe.each([...NOT_PUBLIC_V4, ...NOT_PUBLIC_V6])('%s/%i', (network, prefix) => {
  const { first, last, before, after } = edgesOf(network, prefix)

  test(`is not public from ${first} to ${last}`, () => {
    expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false])
    if (network.includes(':')) return
    expect([isPublicAddress(asMapped(first)), isPublicAddress(asMapped(last))]).toEqual([false, false])
  })

  test.each([before, after].filter((address) => !NOT_PUBLIC_NEIGHBOURS.includes(address)))(
    'ends before its neighbour %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )
})

test('of IPv6 nothing is public but what is given out', () => {
  const { first, last, before, after } = edgesOf(...GLOBAL_UNICAST_V6)
  expect([before, after].map(isPublicAddress)).toEqual([false, false])
  // The very first is free, as is the last.
  expect([first, last].map(isPublicAddress)).toEqual([true, true])
})

test.each([
  ['100.100.100.200', 'metadata of a cloud in the range of carriers'],
  ['168.63.129.16', 'Azure’s WireServer'],
  ['169.254.169.254', 'metadata of most clouds'],
  ['192.0.0.192', 'metadata of Oracle’s cloud'],
  ['fd00:ec2::254', 'metadata of AWS over IPv6'],
  ['::ffff:0:127.0.0.1', 'IPv4, translated'],
  ['100::1', 'the discard prefix'],
  ['5f00::1', 'segment routing'],
  ['1::1', 'given to no one'],
  ['64:ff9b::7f00:1', 'NAT64'],
])('%s is not public: %s', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})
