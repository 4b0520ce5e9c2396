import { lookup as dnsLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'

/** The host has an address that may not be connected to. The message names none. */
export class ForbiddenAddressError extends Error {
  override name = 'ForbiddenAddressError'
  /** As Node's own errors have one, so that it survives clients that wrap what they are given. */
  readonly code = 'ERR_FORBIDDEN_ADDRESS'
}

/**
 * Resolves a name and refuses it if any of its addresses is out of bounds. For a client's `lookup`: the connection uses one
 * of just these addresses, so that a name which answers differently the second time gains nothing.
 */
export function guardedLookup(
  policy: Pick<AddressPolicy, 'objectionToAddress'>,
  lookup: LookupFunction = dnsLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
      const [first] = addresses
      if (first === undefined) {
        const nothing = new Error(`${hostname} has no address`)
        return callback(Object.assign(nothing, { code: 'ENODATA' }), '', 0)
      }
      for (const { address } of addresses) {
        const objection = policy.objectionToAddress(address, hostname)
        if (objection !== undefined) return callback(new ForbiddenAddressError(objection), '', 0)
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}
