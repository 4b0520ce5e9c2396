import type { Bubble } from '../store/entities.ts'

/** The words of a bubble, as a person would read them out. */
export function textOf(bubble: Bubble): string {
  return [
    bubble.header?.text,
    bubble.text ?? bubble.template?.placeholders.join(' '),
    bubble.footer,
    bubble.location?.name,
    bubble.media?.filename,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('\n')
}

/** What the customer sends by pressing the button or row of that title. */
export function pressOf(bubble: Bubble, title: string): Record<string, unknown> | undefined {
  for (const { kind, actions = [] } of [bubble, ...(bubble.cards ?? [])]) {
    const action = actions.find((one) => one.title === title && one.type === 'reply')
    if (action === undefined) continue
    const id = action.id ?? action.title
    return kind === 'template' ? { button: { text: title, payload: id } } : { buttonReply: { id, title } }
  }
  for (const section of bubble.list?.sections ?? []) {
    const row = section.rows.find((one) => one.title === title)
    if (row !== undefined) return { listReply: row }
  }
  return undefined
}
