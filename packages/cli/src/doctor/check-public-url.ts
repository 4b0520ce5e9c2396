import { isIP } from 'node:net'
import { mediaUrl, type MediaItem } from '@imchannel/media-store'
import { messageOf } from '../session/failure.ts'
import type { Session } from '../session/session.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warning, problem } = findingsOf('publicUrl')
const PROBE = Buffer.from('A probe of "imchannel doctor". It is removed at once.\n')
const LIFE_MS = 60_000
const ANSWER_MS = 10_000

/** Does a media item come out at the public URL? Puts one into Redis, asks for it as Infobip would, and removes it. */
export async function checkPublicUrl(session: Session): Promise<Finding[]> {
  const config = session.config()
  const [tenant] = Object.keys(config.tenants)
  if (tenant === undefined) return []
  const store = session.mediaStore()
  let media: MediaItem
  try {
    const put = await store.put(chunksOf(PROBE), {
      tenant,
      kind: 'document',
      contentType: 'text/plain',
      filename: 'probe.txt',
      ttlMs: LIFE_MS,
    })
    if (!put.ok)
      return [
        problem(
          `A probe could not be stored: ${put.refusal.detail}.`,
          'Raise mediaBudget, or wait until media expire.',
        ),
      ]
    media = put.media
  } catch (error) {
    return [problem(`A probe could not be stored: ${messageOf(error)}.`, 'See what is said of Redis.')]
  }
  try {
    return [await ask(session, mediaUrl(config.publicUrl, media)), ...judgeUrl(config.publicUrl)]
  } finally {
    await store.remove(media)
  }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

async function ask(session: Session, url: string): Promise<Finding> {
  const { publicUrl } = session.config()
  let answer: Response
  try {
    answer = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.any([session.io.signal, AbortSignal.timeout(ANSWER_MS)]),
    })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)
    return problem(
      `The public URL ${publicUrl} cannot be reached from here: ${cause}.`,
      'Start the media-server, and lead the public name to it (DNS, certificate, proxy, firewall).',
    )
  }
  const { status } = answer
  if (status >= 300 && status < 400) {
    return problem(
      `The public URL answers with a redirect (${status}), which Infobip does not follow.`,
      'Let publicUrl be the address that it leads to.',
    )
  }
  if (status === 404) {
    return problem(
      `The public URL answers, but does not have the probe (404).`,
      'Whatever is there is no media-server, or one with another Redis: check the path of the proxy and redis.mediaUrl.',
    )
  }
  if (status !== 200) {
    return problem(
      `The public URL answers ${status} to the HEAD of a media item.`,
      'Look at the media-server’s log, and whether a proxy asks for a login.',
    )
  }
  const [length, type] = [answer.headers.get('content-length'), answer.headers.get('content-type')]
  if (length !== String(PROBE.length) || !type?.startsWith('text/plain')) {
    return problem(
      `The public URL gives the probe with Content-Length ${length} and Content-Type ${type}, not as it was stored.`,
      'Something between changes answers: switch off its compression and rewriting.',
    )
  }
  return ok(`A media item comes out at ${publicUrl}.`)
}

function judgeUrl(publicUrl: string): Finding[] {
  const { protocol, hostname } = new URL(publicUrl)
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]'
  if (isLocal)
    return [
      warning(
        `${publicUrl} is this machine alone: the emulator reaches it, Infobip does not.`,
        'Set publicUrl to a public https name for a real account.',
      ),
    ]
  if (protocol === 'http:')
    return [warning('The public URL is not https: WhatsApp does not fetch media from it.', 'Give it a certificate.')]
  return isIP(hostname) === 0
    ? []
    : [warning('The public URL has an address instead of a name.', 'Give it a name and a certificate for it.')]
}
