import type { Account, Tenant } from '@imchannel/config'
import { createInfobipClient } from '@imchannel/infobip'
import type { InfobipClient } from '@imchannel/infobip'

export interface InfobipClients {
  /** The account's client. Its key is asked for at each request, so that a changed one counts at once. */
  of(tenant: Tenant, account: Account): InfobipClient
  close(): void
}

/** One client for each account and base URL, made when it is first needed. */
export function createInfobipClients(): InfobipClients {
  const clients = new Map<string, { latest: { account: Account }; client: InfobipClient }>()
  return {
    of(tenant, account) {
      const key = `${tenant.id} ${account.id} ${account.baseUrl}`
      const known = clients.get(key)
      if (known !== undefined) {
        known.latest.account = account
        return known.client
      }
      const latest = { account }
      const client = createInfobipClient({ baseUrl: account.baseUrl, apiKey: () => latest.account.apiKey.reveal() })
      clients.set(key, { latest, client })
      return client
    },
    close() {
      for (const { client } of clients.values()) void client.close()
      clients.clear()
    },
  }
}
