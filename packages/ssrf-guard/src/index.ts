export { createAddressPolicy } from './address-policy.ts'
export type { AddressPolicy, FetchPolicy } from './address-policy.ts'
export { ForbiddenAddressError, guardedLookup } from './guarded-lookup.ts'
export { isPublicAddress } from './public-address.ts'
