/** Whose media a URL may be, and where it may lie. */
export interface InboundMediaPlace {
  /** The account's own: `https://xxxxx.api.infobip.com`. */
  readonly baseUrl: string
  /** Business number that the customer wrote to, digits. */
  readonly sender: string
  /** Further hosts whose URLs may be opened with the account's key. */
  readonly mediaHosts: readonly string[]
}

/** One segment of a path that means the same to every server: nothing encoded, no parameter, no way up. */
const MEDIA_ID = /^[\w~=:@+-][\w.~=:@+-]{0,254}$/u

/**
 * Why a URL is not fetched with the account's key; undefined where it may be. It comes from a webhook or from whoever holds a
 * media token, and the key opens the whole API, in which a GET can send, list or use up: so on an API host it has to be the
 * path that the OpenAPI document gives to this sender's media, and anything is a media item on `mediaHosts` alone.
 */
export function objectionToMediaUrl(url: URL, { baseUrl, sender, mediaHosts }: InboundMediaPlace): string | undefined {
  const base = new URL(baseUrl)
  if (url.protocol !== 'https:' && url.origin !== base.origin) return 'it is not an https URL'
  if (url.username !== '' || url.password !== '') return 'it holds credentials'
  const isAccounts = url.host === base.host
  if (!isAccounts && !mediaHosts.includes(url.host)) return `the host ${url.host} is not among those allowed`
  if (!isAccounts && !isApiHost(url.hostname)) return undefined
  return isMediaPath(url, base, sender) ? undefined : 'its path is not that of a media item of this sender'
}

/** Infobip's API under any of its names: keys of an account are good at all of them. */
function isApiHost(hostname: string): boolean {
  return /(?:^|\.)api\.infobip\.com\.?$/u.test(hostname)
}

/** `/whatsapp/{version}/senders/{sender}/media/{mediaId}`, as the URL's normal form has it. */
function isMediaPath(url: URL, base: URL, sender: string): boolean {
  if (/[?#]/u.test(url.href)) return false
  const prefix = url.host === base.host ? base.pathname.replace(/\/+$/u, '') : ''
  if (!url.pathname.startsWith(`${prefix}/`)) return false
  const [, api, version, senders, owner, media, id, ...more] = url.pathname.slice(prefix.length).split('/')
  const isPath = api === 'whatsapp' && senders === 'senders' && media === 'media' && more.length === 0
  return isPath && /^\d{1,2}$/u.test(version ?? '') && owner === sender && MEDIA_ID.test(id ?? '')
}
