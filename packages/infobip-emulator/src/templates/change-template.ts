import type { Lifecycle } from '../delivery/lifecycle.ts'
import type { Quality, Template, TemplateCategory } from '../store/entities.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { infobipDate } from '../wire/dates.ts'
import type { World } from '../world.ts'

/** What Meta does with a template. */
export interface TemplateChange {
  status?: string | undefined
  /** Of a refusal or a pause, in Meta's words. */
  reason?: string | null | undefined
  category?: TemplateCategory | undefined
  quality?: Quality | undefined
  /** `held` keeps back what is sent from now on, `dropped` fails it, `released` lets it go. */
  pacing?: 'held' | 'dropped' | 'released' | undefined
  /** False: Infobip tells nobody. */
  webhook?: boolean | undefined
}

/** Changes a template as Meta would, and sends the webhooks that Infobip sends of it: one for each of status, category and quality. */
export async function changeTemplate(
  world: World,
  { outbox, lifecycle }: { outbox: Outbox; lifecycle: Pick<Lifecycle, 'release'> },
  template: Template,
  change: TemplateChange,
): Promise<void> {
  const { status, category, quality, pacing, webhook = true } = change
  const previous = { ...template }
  const now = world.clock.now()
  Object.assign(template, {
    ...(status === undefined ? {} : { status }),
    ...(status === 'APPROVED' ? { approvedAt: now } : {}),
    ...(category === undefined ? {} : { category }),
    ...(quality === undefined ? {} : { quality }),
    changedAt: now,
  })
  if (pacing === 'released') delete template.pacing
  else if (pacing !== undefined) template.pacing = pacing
  world.store.put('template', template)
  if (pacing === 'released' || pacing === 'dropped') lifecycle.release(template)
  if (!webhook) return
  // Whoever has a number of the WhatsApp Business Account hears of it.
  const accounts = world.settings.accounts.filter(({ senders }) =>
    senders.some(({ number }) => world.senders.businessAccountOf(number) === template.businessAccountId),
  )
  for (const one of changesTold(previous, change)) {
    await Promise.all(
      accounts.map((account) =>
        outbox.send({
          accountId: account.id,
          kind: 'template',
          envelope: 'single',
          messageIds: [],
          customerId: '',
          result: {
            messageTemplateId: template.id,
            messageTemplateName: template.name,
            messageTemplateLanguage: template.language,
            timestamp: infobipDate(now),
            change: one,
          },
        }),
      ),
    )
  }
}

function changesTold(previous: Template, { status, reason, category, quality }: TemplateChange): object[] {
  return [
    ...(status === undefined
      ? []
      : [{ type: 'TEMPLATE_STATUS_UPDATE', newStatus: status, ...(reason === undefined ? {} : { reason }) }]),
    ...(category === undefined || category === previous.category
      ? []
      : [{ type: 'TEMPLATE_CATEGORY_UPDATE', previousCategory: previous.category, newCategory: category }]),
    ...(quality === undefined || quality === previous.quality
      ? []
      : [{ type: 'TEMPLATE_QUALITY_UPDATE', previousQualityScore: previous.quality, newQualityScore: quality }]),
  ]
}
