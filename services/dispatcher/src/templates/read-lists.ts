import type { TemplateList } from '@imchannel/facts'
import { z } from 'zod'

const lists = z.array(
  z.object({
    tenant: z.string(),
    sender: z.string(),
    businessAccountId: z.string().optional(),
    readAt: z.number(),
    digest: z.string(),
  }),
)

/** What an instance wrote of the lists that it has read; nothing where it cannot be read. */
export function readLists(text: string | undefined): readonly TemplateList[] {
  if (text === undefined) return []
  try {
    return lists.safeParse(JSON.parse(text)).data ?? []
  } catch {
    return []
  }
}
