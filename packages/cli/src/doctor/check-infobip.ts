import type { Account, Tenant } from '@imchannel/config'
import {
  createInfobipClient,
  type ExchangeResult,
  type InfobipClient,
  type Notices,
  readErrorBody,
  readBlocklist,
  readTemplateList,
} from '@imchannel/infobip'
import type { Session } from '../session/session.ts'
import { checkSubscriptions } from './check-subscriptions.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warning, problem } = findingsOf('infobip')
const ANSWER_MS = 10_000
/** A page of Infobip's list, and how many are read at most: an account has some, not thousands. */
const PAGE = 100
const PAGES = 10
const MAX_ANSWER_BYTES = 32 * 1024 * 1024
/** An answer takes its time, and the header has whole seconds. */
const CLOCK_MS = 5_000

/** Does each account's key open, and does it know the scenarios? Reads alone, nothing is sent. */
export async function checkInfobip(session: Session): Promise<Finding[]> {
  const tenants = Object.values(session.config().tenants).filter((tenant) => tenant !== undefined)
  if (tenants.length === 0) return [warning('The configuration has no tenant.', 'Add one under tenants.')]
  const accounts = tenants.flatMap((tenant) => tenant.accounts.map((account) => ({ tenant, account })))
  const findings = await Promise.all(accounts.map(({ tenant, account }) => checkAccount(session, tenant, account)))
  return findings.flat()
}

async function checkAccount({ io }: Session, tenant: Tenant, account: Account): Promise<Finding[]> {
  const name = `${tenant.id} at ${new URL(account.baseUrl).host}`
  const notices = new Map<string, HeardNotices>()
  const client = createInfobipClient({
    baseUrl: account.baseUrl,
    apiKey: () => account.apiKey.reveal(),
    answerMs: ANSWER_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    onNotices: (endpoint, said) => notices.set(endpoint, { ...said, heardAt: Date.now() }),
  })
  try {
    const list = await readScenarios(client, io.signal)
    if (!list.ok) return [judgeFailure(name, list.result)]
    const about = { name, account, signal: io.signal }
    const templates = await checkTemplates(client, about)
    const subscriptions = await checkSubscriptions(client, about)
    const blocklist = await checkBlocklist(client, about)
    const known = new Set(list.keys)
    const unknown = account.senders.filter(({ scenarioKey }) => scenarioKey !== undefined && !known.has(scenarioKey))
    const keyless = account.senders.filter(({ scenarioKey }) => scenarioKey === undefined)
    return [
      ok(`Infobip takes the key of ${name}.`),
      ...unknown.map(({ number }) =>
        problem(
          `Infobip’s list has no scenario with the key that ${name} has for ${number}: messages would go out by the account’s default scenario, perhaps from another number, or not at all.`,
          'Copy the scenarioKey of that number from Infobip’s portal, or create the scenario.',
        ),
      ),
      ...(keyless.length > 0 && account.api === 'omni'
        ? keyless.map(({ number }) =>
            warning(
              `${number} of ${name} has no scenarioKey: what goes over omni cannot be sent from it.`,
              'Add its scenarioKey, or set api: messages.',
            ),
          )
        : []),
      ...(unknown.length === 0 && account.senders.length > keyless.length
        ? [ok(`Infobip knows the scenarios of ${name}.`)]
        : []),
      ...templates,
      ...subscriptions,
      ...blocklist,
      ...judgeNotices(name, notices),
    ]
  } finally {
    await client.close()
  }
}

/** Beside sending: what the key may not read is unknown, and stops nothing. */
async function checkTemplates(
  client: InfobipClient,
  { name, account, signal }: { name: string; account: Account; signal: AbortSignal },
): Promise<Finding[]> {
  const [sender] = account.senders
  if (sender === undefined) return []
  const answer = readTemplateList(await client.templates(sender.number, { signal }), Date.now())
  if (answer.kind === 'read') return [ok(`The key of ${name} may list templates: ${answer.value.length} are there.`)]
  const why = answer.kind === 'no-answer' ? answer.reason : undefined
  return [
    warning(
      answer.kind === 'refused-key'
        ? `The key of ${name} may not list templates (${answer.httpStatus}), for which it needs the scope whatsapp:manage: nothing is known of templates and of the senders’ quality, and sending goes on.`
        : `The templates of ${name} could not be listed: ${why ?? 'Infobip takes no more requests now'}.`,
      answer.kind === 'refused-key' ? 'Give the key the scope whatsapp:manage.' : 'Try again in a minute.',
    ),
  ]
}

/** Who opted out before this system knew it stands on Infobip's list alone. */
async function checkBlocklist(
  client: InfobipClient,
  { name, signal }: { name: string; signal: AbortSignal },
): Promise<Finding[]> {
  const answer = readBlocklist(await client.blocklist(0, { signal }), Date.now())
  if (answer.kind === 'read') return [ok(`The key of ${name} may read its blocklist.`)]
  if (answer.kind !== 'refused-key') return []
  return [
    warning(
      `The key of ${name} may not read its blocklist (${answer.httpStatus}), for which it needs the scope blocklist:manage: who stands on it is known by webhooks alone, and sending goes on.`,
      'Give the key the scope blocklist:manage, or take over who opted out by "imchannel consent import".',
    ),
  ]
}

interface HeardNotices extends Notices {
  readonly heardAt: number
}

/** What Infobip will take away, and a clock that is not ours. */
function judgeNotices(name: string, notices: ReadonlyMap<string, HeardNotices>): Finding[] {
  const [{ date, heardAt } = { date: undefined, heardAt: 0 }] = notices.values()
  const aheadMs = date === undefined ? 0 : date - heardAt
  return [
    ...[...notices].flatMap(([endpoint, { deprecatedAt, sunsetAt }]) => {
      if (deprecatedAt === undefined && sunsetAt === undefined) return []
      const from =
        typeof sunsetAt === 'number' ? `from ${new Date(sunsetAt).toISOString()} on` : 'from a day it does not tell'
      return [
        warning(
          `Infobip says to ${name} that it will take ${endpoint} away: it may be gone ${from}.`,
          'Look for a newer IMChannel, or ask Infobip.',
        ),
      ]
    }),
    ...(Math.abs(aheadMs) > CLOCK_MS
      ? [
          warning(
            `Infobip’s clock differs from this machine’s by ${Math.round(aheadMs / 1_000)} s.`,
            'Let the machines keep time (NTP): windows and what has expired are judged by it.',
          ),
        ]
      : []),
  ]
}

type ScenarioList = { ok: true; keys: string[] } | { ok: false; result: ExchangeResult }

async function readScenarios(client: InfobipClient, signal: AbortSignal): Promise<ScenarioList> {
  const keys: string[] = []
  for (let page = 0; page < PAGES; page++) {
    const result = await client.send(
      { method: 'GET', path: `/omni/1/scenarios?limit=${PAGE}&page=${page}` },
      { signal },
    )
    const entries = result.kind === 'response' && result.status === 200 ? entriesOf(result.parsed) : undefined
    if (entries === undefined) return { ok: false, result }
    keys.push(...entries)
    if (entries.length < PAGE) break
  }
  return { ok: true, keys }
}

function entriesOf(body: unknown): string[] | undefined {
  const list = typeof body === 'object' && body !== null && 'scenarios' in body ? body.scenarios : undefined
  if (!Array.isArray(list)) return undefined
  return list.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'key' in entry ? String(entry.key) : '',
  )
}

function judgeFailure(name: string, result: ExchangeResult): Finding {
  if (result.kind !== 'response') {
    return problem(
      `Infobip could not be asked for ${name}: ${result.cause.message}.`,
      'Check the account’s baseUrl (it differs for each account), DNS, and whether outgoing HTTPS is allowed here.',
    )
  }
  const said = readErrorBody(result.parsed, result.body)
  switch (result.status) {
    case 401:
      return problem(
        `Infobip does not know the key of ${name} (401).`,
        'Put a valid API key of this very account into apiKey; keys expire.',
      )
    case 403:
      return problem(
        `Infobip knows the key of ${name}, but does not let it in (403).`,
        'Give the key the scopes for messages, and allow this machine’s address in the key’s list of addresses.',
      )
    case 429:
      return warning(`Infobip takes no more requests of ${name} now (429).`, 'Try again in a minute.')
    default:
      return problem(
        `Infobip answered ${result.status} for ${name}: ${said.text}.`,
        result.status >= 500 ? 'Look at Infobip’s status page, and try again.' : 'Check the account’s baseUrl.',
      )
  }
}
