import type { Account, Sender, Tenant } from '@imchannel/config'
import { createInfobipClient, readErrorBody, readTemplateList } from '@imchannel/infobip'
import type { ExchangeResult, InfobipClient, InfobipRequest, ListedTemplate } from '@imchannel/infobip'
import { Failure, usage } from '../session/failure.ts'
import type { TemplateDefinition } from './definition.ts'

/** One business number of a tenant, by which the templates of its business account are reached. */
export interface TemplateAccess {
  readonly sender: string
  list(): Promise<ListedTemplate[]>
  create(definition: TemplateDefinition): Promise<void>
  edit(id: string, change: Partial<Pick<TemplateDefinition, 'category' | 'structure'>>): Promise<void>
  /** All its languages, of all numbers of the business account. */
  remove(name: string): Promise<void>
  close(): Promise<void>
}

const ANSWER_MS = 20_000
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** @throws Failure where the tenant has several numbers and none, or another, is named */
function chooseNumber(tenant: Tenant, from: string | undefined): { account: Account; sender: Sender } {
  const all = tenant.accounts.flatMap((account) => account.senders.map((sender) => ({ account, sender })))
  const chosen = from === undefined && all.length === 1 ? all[0] : all.find(({ sender }) => sender.number === from)
  if (chosen !== undefined) return chosen
  const numbers = all.map(({ sender }) => sender.number).join(' | ')
  throw usage(from === undefined ? `which number? --from ${numbers}` : `no account has ${from}; --from ${numbers}`)
}

export function openTemplates(tenant: Tenant, from: string | undefined, signal: AbortSignal): TemplateAccess {
  const { account, sender } = chooseNumber(tenant, from)
  const client = createInfobipClient({
    baseUrl: account.baseUrl,
    apiKey: () => account.apiKey.reveal(),
    answerMs: ANSWER_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  })
  const base = `/whatsapp/2/senders/${encodeURIComponent(sender.number)}/templates`
  return {
    sender: sender.number,
    list: async () => {
      const result = await client.templates(sender.number, { signal })
      const answer = readTemplateList(result, Date.now())
      if (answer.kind !== 'read') throw failureOf(result, `list the templates of ${sender.number}`)
      return answer.value
    },
    create: ({ name, language, ...rest }) =>
      send(
        client,
        { method: 'POST', path: base, body: JSON.stringify({ name, language, ...rest }) },
        { what: `create ${name} (${language})`, signal },
      ),
    edit: (id, change) =>
      send(
        client,
        { method: 'PATCH', path: `${base}/${encodeURIComponent(id)}`, body: JSON.stringify(change) },
        { what: `change template ${id}`, signal },
      ),
    remove: (name) =>
      send(
        client,
        { method: 'DELETE', path: `${base}/${encodeURIComponent(name)}` },
        { what: `delete ${name}`, signal },
      ),
    close: () => client.close(),
  }
}

async function send(
  client: InfobipClient,
  request: InfobipRequest,
  { what, signal }: { what: string; signal: AbortSignal },
): Promise<void> {
  const result = await client.send(request, { signal })
  if (result.kind !== 'response' || result.status >= 300) throw failureOf(result, what)
}

function failureOf(result: ExchangeResult, what: string): Failure {
  if (result.kind === 'not-sent') return new Failure(`Infobip could not be asked to ${what}: ${result.cause.message}`)
  if (result.kind === 'unknown')
    return new Failure(
      `Infobip did not answer whether it did ${what} (${result.cause.message}): list them before you try again`,
    )
  const { status } = result
  if (status === 401)
    return new Failure(`Infobip does not know the key (401): put a valid one of this account into apiKey`)
  if (status === 403) return new Failure(`the key may not ${what} (403): give it the scope whatsapp:manage`)
  if (status === 429)
    return new Failure(`Infobip takes no more requests to ${what} now (429): its limits are by hour, try again later`)
  const { text, violations } = readErrorBody(result.parsed, result.body)
  return new Failure(`Infobip does not ${what} (${status}): ${[text, ...violations].join('; ')}`)
}
