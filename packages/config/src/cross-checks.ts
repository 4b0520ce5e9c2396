import type { Config, Tenant } from './config.ts'
import type { ConfigProblem } from './config-problem.ts'
import { findTlsProblems } from './find-tls-problems.ts'
import { findWeakSecrets } from './find-weak-secrets.ts'
import { gateModes } from './gate-modes.ts'

/** What no single value shows: settings that contradict each other. */
export function findConflicts(config: Config): ConfigProblem[] {
  const numbers = Object.values(config.tenants).flatMap((tenant) => {
    if (!tenant) return []
    const owners = new Map<string, string>()
    return tenant.accounts.flatMap((account, accountIndex) =>
      account.senders.flatMap((sender, senderIndex) => {
        const path = `tenants.${tenant.id}.accounts[${accountIndex}].senders[${senderIndex}].number`
        const owner = owners.get(sender.number)
        owners.set(sender.number, owner ?? path)
        if (owner === undefined) return []
        return [{ path, problem: `is the same number as ${owner}`, remedy: 'keep it in one account' }]
      }),
    )
  })
  return [
    ...(config.tls === undefined ? [] : findTlsProblems(config.tls)),
    ...findMemoryProblems(config),
    ...findBlindWindows(config),
    ...numbers,
  ]
}

/** A window is known to be closed only where everything that could have opened it comes here. */
function findBlindWindows(config: Config): ConfigProblem[] {
  return tenantsOf(config).flatMap((tenant) =>
    tenant.accounts.flatMap((account, accountIndex) =>
      account.senders.flatMap((sender, senderIndex) => {
        if (gateModes(tenant, account, sender).window !== 'enforce' || sender.inbound === 'complete') return []
        const path = `tenants.${tenant.id}.accounts[${accountIndex}].senders[${senderIndex}].inbound`
        const problem =
          'is missing, and gates.window is enforce: a window that another system sees opened would be taken for closed'
        const remedy =
          'set inbound: complete where Infobip sends everything that this number receives here, else gates: { window: advise }'
        return [{ path, problem, remedy }]
      }),
    ),
  )
}

function findMemoryProblems({ commandMemoryMs, maxAgeMs }: Config): ConfigProblem[] {
  if (commandMemoryMs >= maxAgeMs) return []
  const problem = 'is shorter than maxAge: a command that is read again would be sent again'
  return [{ path: 'commandMemory', problem, remedy: 'give it at least the length of maxAge' }]
}

/** What is allowed and seldom meant. */
export function findWarnings(config: Config): string[] {
  const tenants = tenantsOf(config).flatMap((tenant) => {
    const open = tenant.webhookAuth.some(({ type, addresses }) => type === 'none' && addresses === undefined)
    return [
      ...(open ? [`tenants.${tenant.id}.webhookAuth is none: whoever knows the URL can write events`] : []),
      ...tenant.webhookAuth.flatMap((way, index) =>
        way.type === 'bearer' && way.jwksUrl !== undefined && isPlainAndRemote(way.jwksUrl)
          ? [
              `tenants.${tenant.id}.webhookAuth[${index}].jwksUrl is http: whoever is on the way can give keys of their own`,
            ]
          : [],
      ),
      ...tenant.accounts.flatMap((account, index) =>
        isPlainAndRemote(account.baseUrl)
          ? [`tenants.${tenant.id}.accounts[${index}].baseUrl is http: the API key travels in the clear`]
          : [],
      ),
    ]
  })
  const bindings = config.topics.outbound.flatMap(({ tenant }, index) =>
    tenant !== undefined && !config.tenants[tenant]
      ? [`topics.outbound[${index}].tenant is ${tenant}, which is no tenant: every command on it is rejected`]
      : [],
  )
  const publicUrl = isPlainAndRemote(config.publicUrl)
    ? ['publicUrl is http: WhatsApp fetches media over https alone']
    : []
  return [...publicUrl, ...bindings, ...tenants, ...sharedNumbers(config), ...findWeakSecrets(config)]
}

/** Each tenant would have the other's reports and replies. */
function sharedNumbers(config: Config): string[] {
  const owners = new Map<string, string>()
  return tenantsOf(config).flatMap(({ id, accounts }) =>
    accounts.flatMap(({ senders }, account) =>
      senders.flatMap(({ number }, sender) => {
        const path = `tenants.${id}.accounts[${account}].senders[${sender}].number`
        const owner = owners.get(number)
        owners.set(number, owner ?? path)
        return owner === undefined
          ? []
          : [`${path} is the same number as ${owner}: its webhooks go where they are sent`]
      }),
    ),
  )
}

function tenantsOf(config: Config): Tenant[] {
  return Object.values(config.tenants).filter((tenant) => tenant !== undefined)
}

function isPlainAndRemote(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}
