import { BlockList, isIP } from 'node:net'
import { isPublicAddress, unmapped } from './public-address.ts'

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
