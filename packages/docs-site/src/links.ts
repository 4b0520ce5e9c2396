import { posix } from 'node:path'
import { type Page, targetOf } from './pages.ts'

const REPOSITORY = 'https://github.com/imchannel/imchannel'

/** Where a link of a document leads on the site; what is no page stands in the repository. */
export type ResolveLink = (href: string, source: string) => string

/** @param isFolder whether a path of the repository is one, which it shows under another address */
export function linksOf(pages: readonly Page[], isFolder: (path: string) => boolean): ResolveLink {
  const targets = new Map(pages.map(({ source, target }) => [source, target]))
  return (href, source) => {
    if (/^[a-z]+:/i.test(href) || href.startsWith('#')) return href
    const [path = '', anchor] = href.split('#')
    const wanted = posix.join('/', path.startsWith('/') ? path : posix.join(posix.dirname(source), path)).slice(1)
    const target = targets.get(wanted) ?? targets.get(posix.join(wanted, 'README.md')) ?? pictureOf(wanted)
    const end = anchor === undefined ? '' : `#${anchor}`
    if (target === undefined) return `${REPOSITORY}/${isFolder(wanted) ? 'tree' : 'blob'}/main/${wanted}${end}`
    return `${relativePath(targets.get(source) ?? '', target)}${end}`
  }
}

/** Pictures stand on the site as they stand beside the documents. */
function pictureOf(path: string): string | undefined {
  return /\.(png|gif|webp|svg)$/.test(path) ? targetOf(path) : undefined
}

export function relativePath(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to)
}

/** As GitHub makes them of headings, so that a link into a document works there and here. */
export function createSlugs(): (heading: string) => string {
  const seen = new Map<string, number>()
  return (heading) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  }
}

/** A page as it was built. */
export interface BuiltPage {
  readonly target: string
  readonly html: string
}

/**
 * Links that lead nowhere, as `page → link`: to a page or a place in one that is not there, or to a file that the repository does not
 * have. Links to other sites are not followed. Pure.
 *
 * @param exists of files beside the pages, by their path on the site, and of the repository's, by their URL's path
 */
export function findBrokenLinks(
  pages: readonly BuiltPage[],
  exists: { onSite: (path: string) => boolean; inRepository: (path: string) => boolean },
): string[] {
  const anchors = new Map(
    pages.map(({ target, html }) => [target, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  )
  return pages.flatMap(({ target, html }) =>
    [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
      .map(([, href = '']) => href.replaceAll('&amp;', '&'))
      .filter((href) => !leads(href, target))
      .map((href) => `${target} → ${href}`),
  )

  function leads(href: string, from: string): boolean {
    const ours = /^https:\/\/github\.com\/imchannel\/imchannel\/(?:blob|tree)\/main\/([^#]*)/.exec(href)
    if (ours !== null) return exists.inRepository(decodeURI(ours[1] ?? ''))
    if (/^[a-z]+:/i.test(href)) return true
    const [path = '', anchor] = href.split('#')
    const to = path === '' ? from : posix.join(posix.dirname(from), decodeURI(path))
    const found = anchors.get(to)
    if (found === undefined) return anchor === undefined && exists.onSite(to)
    return anchor === undefined || anchor === '' || found.has(decodeURIComponent(anchor))
  }
}
