import { hash } from 'node:crypto'

const variants = ['8', '9', 'a', 'b']

/** Makes name-based UUIDs (RFC 9562, version 5) of UTF-8 names in a namespace UUID. */
export function uuidV5In(namespace: string): (name: string) => string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  // Kept between calls: most names are short, and a buffer for each would cost as much as its hash.
  const scratch = Buffer.alloc(1_024)
  prefix.copy(scratch)
  return (name) => {
    const fits = name.length * 3 <= scratch.length - prefix.length
    const bytes = fits
      ? scratch.subarray(0, prefix.length + scratch.write(name, prefix.length))
      : Buffer.concat([prefix, Buffer.from(name)])
    const hex = hash('sha1', bytes, 'hex')
    // The version is the thirteenth digit; the variant's two bits begin the seventeenth.
    const variant = variants[Number.parseInt(hex.charAt(16), 16) & 0x3] ?? ''
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
}
