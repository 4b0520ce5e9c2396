import { routeOfKind } from './media-kind.ts'
import type { MediaItem } from './media-item.ts'

/** The public URL of a media item, with the name of its kind in it. `publicUrl` has no slash at its end. */
export function mediaUrl(publicUrl: string, { tenant, kind, id }: Pick<MediaItem, 'tenant' | 'kind' | 'id'>): string {
  return `${publicUrl}/${tenant}/imchannel/${routeOfKind(kind)}/${id}`
}
