import { BlockList, isIP } from 'node:net'

/** What may be fetched beside, and what not in spite of, being on the public internet. */
export interface FetchPolicy {
  /** Hosts (`files.example.com`, `*.example.com`) and addresses or ranges that may be fetched although private. */
  readonly allow?: readonly string[]
  /** Hosts, addresses and ranges that are never fetched. */
  readonly deny?: readonly string[]
}

export interface AddressPolicy {
  /** Why nothing may be fetched from this host, whatever its address; `undefined` when it depends on the address. */
  objectionToHost(hostname: string): string | undefined
  /** Why this address, which the host has, may not be connected to. */
  objectionToAddress(address: string, hostname: string): string | undefined
}

/** Ranges of IPv4 that lead to no public host (IANA's special-purpose registry, multicast, reserved). */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
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

/** Of IPv6 only 2000::/3 is given out, and in it these lead elsewhere: Teredo and its kin, documentation, 6to4. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const special = new BlockList()
for (const [network, prefix] of NOT_PUBLIC_V4) special.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of NOT_PUBLIC_V6) special.addSubnet(network, prefix, 'ipv6')

const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

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

export function createAddressPolicy({ allow = [], deny = [] }: FetchPolicy): AddressPolicy {
  const allowed = compile(allow)
  const denied = compile(deny)
  return {
    objectionToHost: (hostname) => (denied.hosts(hostname) ? 'the host is denied by mediaFetch.deny' : undefined),
    objectionToAddress(address, hostname) {
      if (denied.addresses(address)) return 'its address is denied by mediaFetch.deny'
      if (isPublicAddress(address) || allowed.hosts(hostname) || allowed.addresses(address)) return undefined
      return 'its address is private, local or reserved'
    },
  }
}

interface Matcher {
  hosts(hostname: string): boolean
  addresses(address: string): boolean
}

function compile(entries: readonly string[]): Matcher {
  const ranges = new BlockList()
  const exact = new Set<string>()
  const suffixes: string[] = []
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/', 2)
    const family = isIP(address)
    if (family !== 0)
      ranges.addSubnet(
        address,
        prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix),
        family === 4 ? 'ipv4' : 'ipv6',
      )
    else if (entry.startsWith('*.')) suffixes.push(entry.slice(1).toLowerCase())
    else exact.add(entry.toLowerCase())
  }
  return {
    hosts(hostname) {
      const host = hostname.toLowerCase().replace(/\.$/, '')
      return exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix))
    },
    addresses(address) {
      const plain = unmapped(address)
      return ranges.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

/** `::ffff:127.0.0.1` and `::ffff:7f00:1` → `127.0.0.1`: an IPv4 address in the clothes of an IPv6 one is judged as what it is. */
function unmapped(address: string): string {
  if (isIP(address) !== 6) return address
  // WHATWG URL writes every IPv6 address in one way.
  const normal = URL.parse(`http://[${address.replace(/%.*$/, '')}]/`)?.hostname.slice(1, -1) ?? address
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(normal) ?? []
  if (high === undefined || low === undefined) return normal
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16)
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.')
}
