import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { isMediaId, MEDIA_KINDS, type MediaKind, mediaUrl } from '@imchannel/media-store'
import { putFile } from '../media/put-file.ts'
import type { RunCommand } from '../run-command.ts'
import { type ExitCode, usage } from '../session/failure.ts'
import type { Session } from '../session/session.ts'

interface PutOptions {
  tenant?: string
  kind?: MediaKind
  type?: string
  filename?: string
}

/** Media of the media-server, straight in Redis: it need not run. */
export function addMedia(program: Command, run: RunCommand): void {
  const media = program
    .command('media')
    .summary('put, get and remove media')
    .description('Puts media where the media-server serves them from, gets them back and removes them.')
  media
    .command('put')
    .description('Stores a file and tells its id and public URL. The same checks as an upload’s.')
    .argument('<file>', 'the file; - reads the standard input')
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .addOption(new Option('--kind <kind>', 'what it is sent as (default: told from its type)').choices(MEDIA_KINDS))
    .option('--type <type>', 'its content type (default: told from its bytes)')
    .option('--filename <name>', 'the name that the customer sees (default: the file’s)')
    .action(run((session, options: PutOptions, file: string) => put(session, options, file)))
  media
    .command('get')
    .description('Writes a media item’s bytes to a file, or to the standard output.')
    .argument('<id>', 'of the media')
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .option('-o, --output <file>', 'write there')
    .action(run((session, options: { tenant?: string; output?: string }, id: string) => get(session, options, id)))
  media
    .command('show')
    .description('Tells what is known of a media item: type, size, name, and the commands that use it.')
    .argument('<id>', 'of the media')
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .action(run((session, options: { tenant?: string }, id: string) => show(session, options, id)))
  media
    .command('remove')
    .description('Removes a media item at once.')
    .argument('<id>', 'of the media')
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .action(run((session, options: { tenant?: string }, id: string) => remove(session, options, id)))
}

async function put(session: Session, { tenant, kind, type, filename }: PutOptions, file: string): Promise<ExitCode> {
  const media = await putFile(session, { file, tenant: session.tenant(tenant).id, kind, contentType: type, filename })
  const { id, contentType, size, sha256 } = media
  const url = mediaUrl(session.config().publicUrl, media)
  const expiresAt = new Date(media.expiresAt).toISOString()
  session.out.result(
    { id, url, kind: media.kind, contentType, size, sha256, filename: media.filename, expiresAt },
    `${id}\n${url}\n${contentType}, ${size.toLocaleString('en')} bytes, until ${expiresAt} or longer`,
  )
  return 0
}

async function get(session: Session, options: { tenant?: string; output?: string }, id: string): Promise<ExitCode> {
  const { out, io } = session
  const media = await find(session, options, id)
  if (media === undefined) return 1
  if (options.output === undefined && io.stdout.isTerminal)
    throw usage('a media item is not for a terminal: say -o FILE')
  const bytes = session.mediaStore().read(media, { start: 0, end: media.size - 1 })
  if (options.output === undefined) {
    for await (const chunk of bytes) await io.writeBytes(chunk)
    return 0
  }
  await pipeline(Readable.from(bytes), createWriteStream(options.output))
  out.note(`${options.output}: ${media.contentType}, ${media.size.toLocaleString('en')} bytes`)
  return 0
}

async function show(session: Session, options: { tenant?: string }, id: string): Promise<ExitCode> {
  const media = await find(session, options, id)
  if (media === undefined) return 1
  const { storedAt, traceparent: _traceparent, ...rest } = media
  const shown = {
    ...rest,
    storedAt: new Date(storedAt).toISOString(),
    url: mediaUrl(session.config().publicUrl, media),
  }
  const lines = Object.entries(shown).map(([name, value]) => `${name.padEnd(13)}${[value].flat().join(', ')}`)
  session.out.result(shown, lines.join('\n'))
  return 0
}

async function remove(session: Session, options: { tenant?: string }, id: string): Promise<ExitCode> {
  const removed = await session.mediaStore().remove({ tenant: session.tenant(options.tenant).id, id })
  session.out.result({ removed }, removed ? `removed ${id}` : `there is no media ${id}`)
  return removed ? 0 : 1
}

async function find(session: Session, { tenant }: { tenant?: string }, id: string) {
  if (!isMediaId(id)) throw usage(`"${id}" is no id of a media item: it is a UUID in lower case`)
  const media = await session.mediaStore().head({ tenant: session.tenant(tenant).id, id })
  if (media === undefined)
    session.out.note(`There is no media ${id}: it never was, has expired, or is another tenant’s.`)
  return media
}
