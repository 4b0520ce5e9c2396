import { isIPv6 } from 'node:net'

/** Groups of an IPv6 address that tell whose it is: a customer of a provider has a network of 64 bits at least. */
const NETWORK_GROUPS = 4

/** Who is behind an address, for counting: an IPv4 address itself, of an IPv6 address its network of 64 bits. */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return address
  // WHATWG URL writes every IPv6 address in one way: lower case, no leading zeros, one "::" at most.
  const normal = URL.parse(`http://[${plain}]`)?.hostname.slice(1, -1) ?? plain
  const [head = '', tail] = normal.split('::', 2)
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}
