import type { Command } from 'commander'
import { stringify } from 'yaml'
import { z } from 'zod'
import type { ListedTemplate } from '@imchannel/infobip'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, messageOf, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { count } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { compareTemplates, type Step } from '../templates/compare.ts'
import { type DefinitionFile, readDefinitions, templateDefinition } from '../templates/definition.ts'
import { openTemplates, type TemplateAccess } from '../templates/infobip-templates.ts'

interface Where {
  tenant?: string
  from?: string
}

/** Message templates at Infobip, and their definitions as files. */
export function addTemplates(program: Command, run: RunCommand): void {
  const templates = program
    .command('templates')
    .summary('message templates: list, show, check, schema, diff, push, delete')
    .description(
      'Lists the message templates of a number’s WhatsApp business account, and keeps them as definitions in files: one of YAML or ' +
        'JSON a template and language. The key needs the scope whatsapp:manage.',
    )
  withNumber(
    templates
      .command('list')
      .description('Lists them with language, category, status and quality.')
      .option('--status <word>', 'only those in this state, as in APPROVED'),
  ).action(run((session, options: Where & { status?: string }) => list(session, options)))
  withNumber(
    templates
      .command('show')
      .description('Shows a template as a definition, to be kept as a file.')
      .argument('<name>', 'of the template')
      .option('--language <code>', 'this language alone, as in en_GB'),
  ).action(run((session, options: Where & { language?: string }, name: string) => show(session, options, name)))
  templates
    .command('check')
    .description('Checks definitions without asking anybody: names, lengths, places for values, examples, buttons.')
    .argument('<files...>', 'definitions, or folders of them')
    .action(run((session, _options: object, files: string[]) => check(session, files)))
  templates
    .command('schema')
    .description('Prints the JSON Schema of a definition, for editors and other tools.')
    .action(run((session) => schema(session)))
  withNumber(
    templates
      .command('diff')
      .description('Tells what a push would do. Exit code 1 where files and Infobip differ.')
      .argument('<files...>', 'definitions, or folders of them'),
  ).action(run((session, options: Where, files: string[]) => diff(session, options, files)))
  withNumber(
    templates
      .command('push')
      .description(
        'Creates the templates that are missing, and edits those that differ: WhatsApp looks at each anew. Deletes nothing.',
      )
      .argument('<files...>', 'definitions, or folders of them')
      .option('-y, --yes', 'do not ask'),
  ).action(run((session, options: Where & { yes?: boolean }, files: string[]) => push(session, options, files)))
  withNumber(
    templates
      .command('delete')
      .description(
        'Deletes a template in all its languages, for all numbers of the business account. WhatsApp does not take its name again for 30 days.',
      )
      .argument('<name>', 'of the template')
      .option('-y, --yes', 'do not ask'),
  ).action(run((session, options: Where & { yes?: boolean }, name: string) => remove(session, options, name)))
}

function withNumber(command: Command): Command {
  return command
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .option('--from <number>', 'the business number (default: the only one); all of one business account have the same')
}

async function withTemplates(
  session: Session,
  { tenant, from }: Where,
  work: (access: TemplateAccess) => Promise<ExitCode>,
): Promise<ExitCode> {
  const access = openTemplates(session.tenant(tenant), from, session.io.signal)
  try {
    return await work(access)
  } finally {
    await access.close()
  }
}

async function list(session: Session, options: Where & { status?: string }): Promise<ExitCode> {
  return withTemplates(session, options, async (access) => {
    const found = (await access.list())
      .filter(({ status }) => options.status === undefined || status === options.status.toUpperCase())
      .toSorted((a, b) => `${a.name} ${a.language}`.localeCompare(`${b.name} ${b.language}`))
    const width = Math.max(0, ...found.map(({ name }) => name.length))
    for (const { id, name, language, category = '-', status = '-', quality = '-' } of found) {
      session.out.item({ id, name, language, category, status, quality }, () =>
        [pad(name, width), pad(language, 6), pad(category, 14), pad(status, 16), quality].join('  '),
      )
    }
    if (found.length === 0) session.out.note(`There is none at ${access.sender}.`)
    return 0
  })
}

async function show(session: Session, options: Where & { language?: string }, name: string): Promise<ExitCode> {
  return withTemplates(session, options, async (access) => {
    const found = (await access.list()).filter(
      (one) => one.name === name && (options.language === undefined || one.language === options.language),
    )
    if (found.length === 0) {
      session.out.note(`There is no such template at ${access.sender}: names and languages are exact.`)
      return 1
    }
    for (const one of found) session.out.item(definitionOf(one), () => `---\n${stringify(definitionOf(one)).trimEnd()}`)
    return 0
  })
}

function definitionOf({ name, language, category, listed }: ListedTemplate): object {
  return { name, language, category, structure: listed }
}

async function check(session: Session, paths: readonly string[]): Promise<ExitCode> {
  const { files, problems } = readDefinitions(paths)
  session.out.result(
    { ok: problems.length === 0, definitions: files.length, problems },
    [
      ...problems.map(({ file, problem }) => `${file}: ${problem}`),
      `${count(files.length, 'definition')}, ${count(problems.length, 'problem')}`,
    ].join('\n'),
  )
  return problems.length > 0 ? 1 : 0
}

async function schema(session: Session): Promise<ExitCode> {
  const text = JSON.stringify(z.toJSONSchema(templateDefinition, { target: 'draft-07', io: 'input' }), null, 2)
  session.io.stdout.write(`${text}\n`)
  return 0
}

/** @throws Failure where a definition is wrong: nothing of them is used */
function readGood(paths: readonly string[]): DefinitionFile[] {
  const { files, problems } = readDefinitions(paths)
  if (problems.length > 0) throw usage(problems.map(({ file, problem }) => `${file}: ${problem}`).join('\n'))
  return files
}

async function diff(session: Session, options: Where, paths: readonly string[]): Promise<ExitCode> {
  const files = readGood(paths)
  return withTemplates(session, options, async (access) => {
    const steps = compareTemplates(files, await access.list())
    for (const step of steps) session.out.item(shortOf(step), () => textOf(step))
    return steps.some(({ kind }) => kind === 'create' || kind === 'edit') ? 1 : 0
  })
}

type Push = Extract<Step, { kind: 'create' | 'edit' }>

async function push(session: Session, options: Where & { yes?: boolean }, paths: readonly string[]): Promise<ExitCode> {
  const files = readGood(paths)
  return withTemplates(session, options, async (access) => {
    const steps = compareTemplates(files, await access.list()).filter(
      (step) => step.kind === 'create' || step.kind === 'edit',
    )
    if (steps.length === 0) {
      session.out.note('Files and Infobip agree: there is nothing to do.')
      return 0
    }
    for (const step of steps) session.out.note(textOf(step))
    const question = `Have WhatsApp look at ${count(steps.length, 'template')} of ${access.sender}?`
    if (!(await confirm(session, question, options.yes))) return 1
    let failed = 0
    for (const step of steps) {
      const problem = await take(access, step).catch(messageOf)
      if (problem !== undefined) failed++
      session.out.item({ ...shortOf(step), done: problem === undefined, problem }, () =>
        problem === undefined ? `${textOf(step)}: done, and waits for WhatsApp` : `${textOf(step)}: ${problem}`,
      )
    }
    return failed > 0 ? 1 : 0
  })
}

async function take(access: TemplateAccess, step: Push): Promise<undefined> {
  const { definition } = step.file
  if (step.kind === 'create') {
    await access.create(definition)
    return
  }
  const { category, structure } = definition
  // The category of an approved one is fixed.
  await access.edit(step.id, step.paths.includes('category') ? { category, structure } : { structure })
}

async function remove(session: Session, options: Where & { yes?: boolean }, name: string): Promise<ExitCode> {
  return withTemplates(session, options, async (access) => {
    const languages = (await access.list()).filter((one) => one.name === name).map(({ language }) => language)
    if (languages.length === 0) {
      session.out.note(`There is no template ${name} at ${access.sender}.`)
      return 1
    }
    session.out.note(
      `This deletes ${name} in ${languages.join(', ')}, for every number of the business account of ${access.sender}; its name is not taken again for 30 days.`,
    )
    if (!(await confirm(session, 'Delete it?', options.yes))) return 1
    await access.remove(name)
    session.out.result({ deleted: name, languages }, `deleted ${name} (${languages.join(', ')})`)
    return 0
  })
}

function shortOf(step: Step): object {
  const { kind, name, language } = step
  return {
    kind,
    name,
    language,
    ...('file' in step ? { file: step.file.file } : {}),
    ...('status' in step ? { status: step.status } : {}),
    ...('paths' in step ? { paths: step.paths } : {}),
  }
}

function textOf(step: Step): string {
  const named = `${step.name} (${step.language})`
  switch (step.kind) {
    case 'create':
      return `+ ${named}  is not there`
    case 'same':
      return `= ${named}`
    case 'edit':
      return `~ ${named}  differs in ${oneLine(step.paths.join(', '))}`
    case 'elsewhere':
      return `? ${named}  is in no file`
  }
}
