import { BlockList, isIP } from 'node:net'

/** Ranges of IPv4 that lead to no public host: IANA's special-purpose registry, multicast, reserved, a cloud's own. */
export const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure's WireServer: every virtual machine there reaches it, and it hands out what the machine is set up with.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** What IANA gives out of IPv6. NAT64, unique local, link-local and multicast addresses lie outside. */
export const GLOBAL_UNICAST_V6 = ['2000::', 3] as const

/** Of that, these lead elsewhere: Teredo and its kin, documentation, 6to4. */
export const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const special = new BlockList()
for (const [network, prefix] of NOT_PUBLIC_V4) special.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of NOT_PUBLIC_V6) special.addSubnet(network, prefix, 'ipv6')

const globalUnicast = new BlockList()
globalUnicast.addSubnet(...GLOBAL_UNICAST_V6, 'ipv6')

/** Whether an address is one of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const plain = unmapped(address)
  switch (isIP(plain)) {
    case 4:
      return !special.check(plain, 'ipv4')
    case 6:
      return globalUnicast.check(plain, 'ipv6') && !special.check(plain, 'ipv6')
    default:
      return false
  }
}

/** `::ffff:127.0.0.1` and `::ffff:7f00:1` → `127.0.0.1`: an IPv4 address in the form of an IPv6 one is judged as what it is. */
export function unmapped(address: string): string {
  if (isIP(address) !== 6) return address
  // WHATWG URL writes every IPv6 address in one way.
  const normal = URL.parse(`http://[${address.replace(/%.*$/, '')}]/`)?.hostname.slice(1, -1) ?? address
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(normal) ?? []
  if (high === undefined || low === undefined) return normal
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16)
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.')
}
