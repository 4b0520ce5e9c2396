import { whatsAppMessagePaths } from '../wire/whatsapp.ts'

const known = [
  '/omni/1/advanced',
  '/omni/1/logs',
  '/omni/1/reports',
  '/omni/1/scenarios',
  '/messages-api/1/messages',
  '/messages-api/1/messages/validate',
  '/platform/1/blocklists',
  '/whatsapp/1/events',
  '/whatsapp/1/senders/quality',
  '/whatsapp/1/senders/{sender}/message/{messageId}/read',
  '/whatsapp/2/senders/{sender}/templates',
  '/whatsapp/2/senders/{sender}/templates/{id}',
  ...Object.values(whatsAppMessagePaths),
].map((template) => ({ template, segments: template.split('/') }))

/** The template of an endpoint's path, for metrics: ids and numbers are taken out, and what is not known here is `other`. */
export function endpointOf(path: string): string {
  const [bare = ''] = path.split('?', 1)
  const exact = known.find(({ template }) => template === bare)
  if (exact !== undefined) return exact.template
  const segments = bare.split('/')
  const found = known.find(
    (one) =>
      one.segments.length === segments.length &&
      one.segments.every((segment, index) => segment.startsWith('{') || segment === segments[index]),
  )
  return found?.template ?? 'other'
}
