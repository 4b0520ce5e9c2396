import { TENANTS, sendersOf } from './tenants.ts'

/** The templates of each account, as Infobip has them from the beginning on. */
export const TEMPLATES = [
  { name: 'offer', category: 'MARKETING', status: 'APPROVED' },
  { name: 'notice', category: 'UTILITY', status: 'APPROVED' },
  { name: 'withdrawn', category: 'MARKETING', status: 'FIRST_PAUSED' },
] as const
export type TemplateName = (typeof TEMPLATES)[number]['name']

/** What is posted to the emulator for each template of each account. */
export function templateInputs(): object[] {
  return TENANTS.flatMap((tenant) =>
    TEMPLATES.map(({ name, category, status }) => ({
      sender: sendersOf(tenant)[0],
      status,
      definition: { name, language: 'en', category, structure: { body: { text: 'News of {{1}}.' }, type: 'TEXT' } },
    })),
  )
}

export function isMarketing(template: string | undefined): boolean {
  return TEMPLATES.some(({ name, category }) => name === template && category === 'MARKETING')
}

export function isPaused(template: string | undefined): boolean {
  return TEMPLATES.some(({ name, status }) => name === template && status === 'FIRST_PAUSED')
}
