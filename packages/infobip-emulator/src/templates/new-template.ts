import { defined } from '../delivery/defined.ts'
import type { Template, TemplateCategory } from '../store/entities.ts'
import type { World } from '../world.ts'

export interface Definition {
  name: string
  language: string
  category: TemplateCategory
  structure: Record<string, unknown>
  platform?: Record<string, unknown> | undefined
}

/** A template that WhatsApp has not looked at yet. */
export function newTemplate(world: World, businessAccountId: number, definition: Definition): Template {
  const { name, language, category, structure, platform } = definition
  const now = world.clock.now()
  return {
    id: world.random.ids.text(15, '0123456789').replace(/^0/, '1'),
    businessAccountId,
    name,
    language,
    category,
    status: 'PENDING',
    quality: 'UNKNOWN',
    structure,
    ...defined({ platform }),
    createdAt: now,
    changedAt: now,
    editedAt: [],
  }
}
