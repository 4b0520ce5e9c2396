import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const lists = new Map<string, BlockList>()

/** Whether an address lies in one of the ranges (`193.105.74.0/24`, `2001:db8::/32`, or single addresses). */
export function isInRange(address: string, ranges: readonly string[]): boolean {
  const plain = withoutMapping(address)
  const family = isIP(plain)
  if (family === 0 || ranges.length === 0) return false
  return listOf(ranges).check(plain, family === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Who sent the request: the socket's peer, or, where that is a trusted proxy, the last address of `X-Forwarded-For` that is
 * none. Anybody can write the rest of that header.
 */
export function remoteAddress(request: IncomingMessage, trustedProxies: readonly string[]): string {
  const peer = withoutMapping(request.socket.remoteAddress ?? '')
  if (trustedProxies.length === 0 || !isInRange(peer, trustedProxies)) return peer
  const header = request.headers['x-forwarded-for']
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map(addressOf)
    .filter((hop) => hop !== '')
  // From the nearest hop on, each named by a proxy that is trusted; what is before one that names nobody is hearsay.
  let nearest = peer
  for (const hop of hops.toReversed()) {
    if (isIP(hop) === 0) break
    nearest = hop
    if (!isInRange(hop, trustedProxies)) break
  }
  return nearest
}

/** `10.0.0.1`, `10.0.0.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`: some proxies write the port as well. */
function addressOf(hop: string): string {
  const text = hop.trim()
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? []
  const [, beforePort] = /^([\d.]+):\d+$/.exec(text) ?? []
  return withoutMapping(bracketed ?? beforePort ?? text)
}

/** `::ffff:10.0.0.1` is how a dual-stack socket writes 10.0.0.1. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}

/** Lists come from configuration: few, and the same on every request. */
function listOf(ranges: readonly string[]): BlockList {
  const key = ranges.join(' ')
  const known = lists.get(key)
  if (known) return known
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  if (lists.size > 1_000) lists.clear()
  lists.set(key, list)
  return list
}
