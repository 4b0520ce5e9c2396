import { mediaDeletion } from '../../schemas/whatsapp/events.ts'
import type { Blob } from '../../store/entities.ts'
import type { World } from '../../world.ts'
import { notFound } from '../errors.ts'
import { senderOf } from '../sender-of.ts'
import { parseBody, type Context, type Endpoint } from '../serve.ts'

/** Infobip keeps a customer's media for this long. */
const KEPT_MS = 7 * 24 * 3_600_000
const LIMIT = { requests: 15, perMs: 1000 }

/** The media that customers sent: HEAD, GET and DELETE. */
export function whatsAppMedia(world: World): Endpoint[] {
  const find = ({ account, params }: Context): Blob => {
    const sender = senderOf(account, params.sender)
    const blob = world.store.get('blob', params.mediaId ?? '')
    if (blob === undefined || blob.sender !== sender.number || world.clock.now() - blob.at > KEPT_MS) {
      throw notFound('Media not found or expired')
    }
    return blob
  }
  const path = '/whatsapp/1/senders/:sender/media/:mediaId'
  const shared = { path, api: 'media', family: 'legacy', limit: LIMIT } as const
  return [
    {
      ...shared,
      method: 'head',
      handle(context) {
        const blob = find(context)
        return { status: 200, headers: { 'content-type': blob.contentType, 'content-length': String(blob.size) } }
      },
    },
    {
      ...shared,
      method: 'get',
      handle(context) {
        const blob = find(context)
        const bytes = world.blobs.read(blob.id)
        if (bytes === undefined) throw notFound('Media not found or expired')
        return {
          status: 200,
          bytes,
          headers: { 'content-type': blob.contentType, 'content-length': String(bytes.length) },
        }
      },
    },
    {
      method: 'delete',
      path: '/whatsapp/1/senders/:sender/media',
      api: 'media',
      family: 'legacy',
      limit: { requests: 30, perMs: 60_000 },
      handle({ account, params, body }) {
        const sender = senderOf(account, params.sender)
        const { url } = parseBody(mediaDeletion, body)
        const id = url.split('/').at(-1) ?? ''
        if (world.store.get('blob', id)?.sender !== sender.number) throw notFound('Media not found or expired')
        world.blobs.remove(id)
        return { status: 204 }
      },
    },
  ]
}
