import type { SendMessage } from '@imchannel/events'
import type { TemplateFact, Templates } from '@imchannel/facts'
import type { CustomerFacts, FactStore } from '@imchannel/fact-store'
import type { GateReading } from '../domain/gates/gate-reading.ts'
import type { Needs } from '../domain/gates/needs-reading.ts'

/** Where the gates' facts are read. */
export interface GateFacts {
  customers: Pick<FactStore, 'read' | 'readSettled'>
  templates: Templates
}

/** Redis answers in milliseconds; a command waits no longer for what may be unknown. */
const PATIENCE_MS = 1_000
/** Within that: what is not settled by then leaves the window unknown, and all else known. */
const SETTLE_MS = 700

/** Reads what the gates ask for, as far as it answers: what does not is unknown, and speaks against nothing. */
export async function readGateFacts(
  { customers, templates }: GateFacts,
  command: SendMessage,
  needs: Needs,
): Promise<Omit<GateReading, 'atMs'>> {
  const { content, fallback } = command
  const find = (template: typeof content | undefined): TemplateFact | undefined =>
    needs.templates && template?.type === 'template'
      ? templates.find({
          tenant: command.tenant,
          sender: command.from,
          name: template.name,
          language: template.language,
        })
      : undefined
  const [first, second] = [find(content), find(fallback)]
  return {
    customer: needs.customer ? await readCustomer(customers, command, needs) : undefined,
    templates: {
      ...(first === undefined ? {} : { content: first }),
      ...(second === undefined ? {} : { fallback: second }),
    },
  }
}

async function readCustomer(
  customers: GateFacts['customers'],
  { tenant, from, to }: SendMessage,
  { settled }: Needs,
): Promise<CustomerFacts | undefined> {
  const query = { tenant, from, to: [to] }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined)
  })
  try {
    const reading = settled ? customers.readSettled(query, { withinMs: SETTLE_MS }) : customers.read(query)
    return await Promise.race([reading, late])
  } catch {
    // Sending goes on without it: the ledger says whether Redis is away.
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
