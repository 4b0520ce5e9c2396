import { createBudget } from './budget.ts'

/** Room for the bodies of senders that are not known yet: a signature can be checked only once the body is there. */
export interface Strangers {
  open(stranger: Stranger): StrangersAccount
  used(): number
}

export interface Stranger {
  /** Of the address: of IPv6 its /64. */
  readonly network: string
  readonly tenant: string
}

export interface StrangersAccount {
  take(bytes: number): boolean
  close(): void
}

/** Bodies up to this have a quarter of the room to themselves, which larger ones cannot take. */
export const SMALL_BODY_BYTES = 1024 * 1024
const SMALL_LANE = 0.25
/** One address holds half at most, and the next half of what is left: as many as come through one proxy still pass. */
const ADDRESSES_SHARE = 1
const TENANTS_SHARE = 1

/** @param limit bytes in all; asked each time */
export function createStrangers(limit: () => number): Strangers {
  const small = createLane(() => SMALL_LANE * limit())
  const large = createLane(() => (1 - SMALL_LANE) * limit())
  return {
    open: (stranger) => {
      let [held, account] = [0, small.open(stranger)]
      let isSmall = true
      return {
        take: (bytes) => {
          if (isSmall && held + bytes > SMALL_BODY_BYTES) {
            account.close()
            account = large.open(stranger)
            isSmall = false
            if (!account.take(held)) return false
          }
          if (!account.take(bytes)) return false
          held += bytes
          return true
        },
        close: () => account.close(),
      }
    },
    used: () => small.used() + large.used(),
  }
}

/** Neither an address nor a tenant's URL takes all of it. */
function createLane(limit: () => number) {
  const byAddress = createBudget(limit, ADDRESSES_SHARE)
  const byTenant = createBudget(limit, TENANTS_SHARE)
  return {
    used: () => byAddress.used(),
    open: ({ network, tenant }: Stranger): StrangersAccount => {
      const [ofAddress, ofTenant] = [byAddress.open(network), byTenant.open(tenant)]
      return {
        take: (bytes) => {
          if (!ofAddress.take(bytes)) return false
          if (ofTenant.take(bytes)) return true
          ofAddress.give(bytes)
          return false
        },
        close: () => {
          ofAddress.close()
          ofTenant.close()
        },
      }
    },
  }
}
