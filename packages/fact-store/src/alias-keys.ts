/** A BSUID as one of a tenant's business numbers knows it. */
export interface AliasOwner {
  readonly tenant: string
  readonly business: string
  readonly bsuid: string
}

/** Holds the phone number of the customer behind a BSUID, digits. It expires. */
export function aliasRedisKey({ tenant, business, bsuid }: AliasOwner): string {
  return `${prefixOf(tenant)}${business}:${bsuid}`
}

/** Of all aliases of a tenant: for SCAN. */
export function aliasPattern(tenant: string): string {
  return `${prefixOf(tenant)}*`
}

/** The BSUID in the key of an alias; it has no colon, a business number neither. */
export function bsuidOf(key: string): string {
  return key.split(':')[4] ?? ''
}

function prefixOf(tenant: string): string {
  return `imc:alias:${tenant}:`
}
