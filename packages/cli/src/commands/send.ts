import { randomUUID } from 'node:crypto'
import { type Command, Option } from 'commander'
import type { Tenant } from '@imchannel/config'
import { commandRegistry, type CommandContent, conversationKey, messageIdOf, normaliseNumber } from '@imchannel/events'
import { isMediaId, type MediaKind } from '@imchannel/media-store'
import { putFile } from '../media/put-file.ts'
import type { RunCommand } from '../run-command.ts'
import { type Awaited, follow } from '../send/follow-message.ts'
import { type ExitCode, Failure, usage } from '../session/failure.ts'
import { extentOf } from '../session/read-topic.ts'
import { collect, readDuration } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { topicFor } from '../session/topic-for.ts'

interface Options {
  to: string
  from?: string
  tenant?: string
  topic?: string
  id?: string
  callbackData?: string
  replyTo?: string
  sendAt?: string
  expiresAt?: string
  validateOnly?: boolean
  wait?: boolean | 'accepted' | 'delivered' | 'seen'
  timeout: number
}

interface MediaOptions extends Options {
  caption?: string
  filename?: string
}

interface TemplateOptions extends Options {
  placeholder?: string[]
  header?: string
}

/** Writes a command as a bot would. */
export function addSend(program: Command, run: RunCommand): void {
  const send = program
    .command('send')
    .summary('send a message as a bot would, and follow it')
    .description('Writes a command to the command topic, as a bot would; --wait follows it to its outcome.')

  common(send.command('text').description('Sends a text.'))
    .argument('<text>', 'what to say')
    .action(run((session, options: Options, text: string) => write(session, options, { type: 'text', text })))

  for (const kind of ['image', 'document', 'audio', 'video', 'sticker'] as const) {
    const command = common(
      send.command(kind).description(`Sends ${kind === 'image' || kind === 'audio' ? 'an' : 'a'} ${kind}.`),
    )
      .argument('<file>', 'a file, an http(s) URL, or the id of an uploaded media item')
      .option('--filename <name>', 'the name that the customer sees')
    if (kind === 'image' || kind === 'document' || kind === 'video') command.option('--caption <text>', 'below it')
    command.action(
      run(async (session, options: MediaOptions, file: string) => {
        const media = await mediaOf(session, { file, kind, options })
        const { caption, filename } = options
        return write(session, options, {
          type: kind,
          media,
          ...(caption === undefined ? {} : { caption }),
          ...(filename === undefined ? {} : { filename }),
        })
      }),
    )
  }

  common(
    send.command('template').description('Sends a registered template; it may go out outside the 24-hour window too.'),
  )
    .argument('<name>', 'of the template')
    .argument('<language>', 'as it was registered: en_GB')
    .option('--placeholder <text>', 'a value of its body, in order; may be given several times', collect)
    .option('--header <text>', 'the value of its text header')
    .action(
      run((session, options: TemplateOptions, name: string, language: string) =>
        write(session, options, {
          type: 'template',
          name,
          language,
          ...(options.placeholder === undefined ? {} : { placeholders: options.placeholder }),
          ...(options.header === undefined ? {} : { header: { type: 'text', placeholder: options.header } }),
        }),
      ),
    )

  common(
    send
      .command('content')
      .description('Sends any content that a command can have: buttons, lists, locations, contacts …'),
  )
    .argument('<json>', 'as docs/events.md has it: {"type": "location", …}; - reads it from the standard input')
    .action(
      run(async (session, options: Options, json: string) => {
        const content: unknown = readJson(json === '-' ? await textOf(session.io.stdin) : json)
        // `as`: whatever it is, the schema checks it below.
        return write(session, options, content as CommandContent)
      }),
    )
}

function common(command: Command): Command {
  return command
    .requiredOption('--to <number>', 'the customer')
    .option('--from <number>', 'the business number (default: the tenant’s only one)')
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .option('--topic <name>', 'the command topic (default: the tenant’s, else the first of topics.outbound)')
    .option('--id <commandId>', 'makes it idempotent: the same id is never sent twice (default: a random one)')
    .option('--callback-data <text>', 'comes back with every report')
    .option('--reply-to <messageId>', 'quotes a message')
    .option('--send-at <time>', 'not before this: 2025-02-28T10:00:00Z')
    .option('--expires-at <time>', 'not after this')
    .option('--validate-only', 'check and answer, send nothing')
    .addOption(
      new Option('--wait [state]', 'follow it until it is accepted (default), delivered or seen').choices([
        'accepted',
        'delivered',
        'seen',
      ]),
    )
    .option('--timeout <duration>', 'how long to follow it', readDuration, 60_000)
}

async function write(session: Session, options: Options, content: CommandContent): Promise<ExitCode> {
  const { out } = session
  const tenant = session.tenant(options.tenant)
  const command = commandOf(tenant, options, content)
  const { from, to } = command
  const checked = commandRegistry['imchannel.message.send.v1'].schema.safeParse(command)
  if (!checked.success) {
    throw usage(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  }
  const topic = options.topic ?? topicFor(session, tenant)
  await extentOf(session, topic)
  const until = awaitedOf(options)
  // Before the command is there: what is reported of it comes later than this.
  const status = until === undefined ? undefined : await extentOf(session, session.topics().status)
  await session.trace()
  const producer = await session.producer()
  const key = conversationKey({ tenant: tenant.id, business: from, customer: to })
  const [result] = await producer.publish([
    { topic, key, value: JSON.stringify(command), headers: { ce_type: 'imchannel.message.send.v1' } },
  ])
  if (result?.kind !== 'stored') throw new Failure(`the command was not written: ${result?.detail}`)
  const messageId = messageIdOf(tenant.id, command.id)
  const written = {
    commandId: command.id,
    messageId,
    tenant: tenant.id,
    from,
    to,
    topic,
    partition: result.partition,
    offset: result.offset,
  }
  out.item({ event: 'written', ...written }, () => `written to ${topic} as ${command.id}`)
  if (until === undefined || status === undefined) return 0
  return follow(session, {
    commandId: command.id,
    messageId,
    tenant: tenant.id,
    until,
    timeoutMs: options.timeout,
    from: status.high,
  })
}

function commandOf(tenant: Tenant, options: Options, content: CommandContent) {
  const { replyTo, callbackData, sendAt, expiresAt, validateOnly } = options
  return {
    id: options.id ?? `cli-${randomUUID()}`,
    tenant: tenant.id,
    from: senderOf(tenant, options.from),
    to: normaliseNumber(options.to),
    content,
    ...(replyTo === undefined ? {} : { replyTo: { messageId: replyTo } }),
    ...(callbackData === undefined ? {} : { callbackData }),
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(validateOnly ? { validateOnly } : {}),
  }
}

function awaitedOf({ wait }: Options): Awaited | undefined {
  if (typeof wait === 'string') return wait
  return wait === true ? 'accepted' : undefined
}

function senderOf(tenant: Tenant, from: string | undefined): string {
  if (from !== undefined) return normaliseNumber(from)
  const numbers = tenant.accounts.flatMap(({ senders }) => senders.map(({ number }) => number))
  const [only, ...others] = numbers
  if (only === undefined) throw usage(`${tenant.id} has no number: say --from`)
  if (others.length > 0) throw usage(`from which number? --from ${numbers.join(' | ')}`)
  return only
}

async function mediaOf(
  session: Session,
  { file, kind, options }: { file: string; kind: MediaKind; options: MediaOptions },
): Promise<{ id: string } | { url: string }> {
  if (/^https?:\/\//.test(file)) return { url: file }
  if (isMediaId(file)) return { id: file }
  const tenant = session.tenant(options.tenant).id
  const { id } = await putFile(session, { file, tenant, kind, filename: options.filename })
  return { id }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage(`the content is not JSON: ${String(error)}`)
  }
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
