import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { messageOf, usage } from '../session/failure.ts'

const LIMITS = { header: 60, footer: 60, buttonText: 25, offer: 16, body: 1_024 }

const button = z
  .looseObject({
    type: z.string().optional().describe('URL, PHONE_NUMBER, QUICK_REPLY, COPY_CODE, FLOW, CATALOG, …'),
    otpType: z.enum(['COPY_CODE', 'ONE_TAP']).optional().describe('Of authentication, in place of type'),
    text: z.string().min(1).max(LIMITS.buttonText).optional(),
    url: z.string().optional(),
    example: z.string().optional().describe('Of a URL with {{1}}: a whole one'),
  })
  .refine(({ type, otpType }) => type !== undefined || otpType !== undefined, { error: 'needs a type', path: ['type'] })
  .refine(({ type, url }) => type !== 'URL' || url !== undefined, {
    error: 'is needed for a button of type URL',
    path: ['url'],
  })

const header = z
  .looseObject({
    format: z.enum(['TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT', 'LOCATION']),
    text: z.string().min(1).max(LIMITS.header).optional(),
    example: z.string().optional().describe('A value for {{1}}, or the public URL of a media item'),
  })
  .refine(({ format, text }) => format !== 'TEXT' || text !== undefined, {
    error: 'is needed for a header of text',
    path: ['text'],
  })

const body = z
  .looseObject({
    text: z.string().min(1).max(LIMITS.body).optional().describe('With {{1}}, {{2}}, … where values go'),
    examples: z.array(z.string()).optional().describe('A value for each of them'),
  })
  .superRefine((one, context) => {
    const problem = problemOfBody(one.text, one.examples ?? [])
    if (problem !== undefined) context.addIssue({ code: 'custom', path: [problem.at], message: problem.text })
  })

const structure = z.looseObject({
  header: header.optional(),
  body,
  footer: z.looseObject({ text: z.string().min(1).max(LIMITS.footer).optional() }).optional(),
  buttons: z.array(button).min(1).max(10).optional(),
  carousel: z
    .looseObject({
      cards: z
        .array(z.looseObject({ header, body, buttons: z.array(button).min(1).max(2) }))
        .min(1)
        .max(10),
    })
    .optional(),
  limitedTimeOffer: z
    .looseObject({ text: z.string().min(1).max(LIMITS.offer), hasExpiration: z.boolean().optional() })
    .optional(),
})

/** A template as a file defines it: what Infobip takes as a new one, whose parts that are not named here pass as they are. */
export const templateDefinition = z
  .looseObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'small letters, digits and underscores, up to 512'),
    language: z.string().regex(/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/, 'as WhatsApp has it: en, en_GB, pt_PT'),
    category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']),
    structure,
  })
  .refine(({ category, structure: { body: one } }) => category === 'AUTHENTICATION' || one.text !== undefined, {
    error: 'is needed; only authentication has a text of WhatsApp’s own',
    path: ['structure', 'body', 'text'],
  })
export type TemplateDefinition = z.infer<typeof templateDefinition>

/** What WhatsApp refuses of a text with places for values; named ones are left to it. */
function problemOfBody(
  text: string | undefined,
  examples: readonly string[],
): { at: 'text' | 'examples'; text: string } | undefined {
  const places = [...new Set([...(text ?? '').matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name = '']) => name))]
  if (text === undefined || places.length === 0 || places.some((place) => !/^\d+$/.test(place))) return undefined
  const gap = places
    .map(Number)
    .toSorted((a, b) => a - b)
    .findIndex((place, at) => place !== at + 1)
  if (gap >= 0) return { at: 'text', text: `has no {{${gap + 1}}}: places are numbered from 1 on, without a gap` }
  const trimmed = text.trim()
  if (/^\{\{|\}\}$/.test(trimmed)) return { at: 'text', text: 'must not begin or end with a place for a value' }
  if (examples.length !== places.length)
    return { at: 'examples', text: `has ${examples.length}, and the text wants ${places.length}` }
  return undefined
}

/** A definition, and where it stands. */
export interface DefinitionFile {
  readonly file: string
  readonly definition: TemplateDefinition
}

/** What is wrong with a file, in a sentence with its path. */
export interface DefinitionProblem {
  readonly file: string
  readonly problem: string
}

/** Reads definitions from files and folders of YAML or JSON; a file may have several documents. @throws Failure where one cannot be read */
export function readDefinitions(paths: readonly string[]): { files: DefinitionFile[]; problems: DefinitionProblem[] } {
  const files: DefinitionFile[] = []
  const problems: DefinitionProblem[] = []
  for (const file of paths.flatMap(filesAt)) {
    const read = readDefinition(file)
    if (read.definition !== undefined) files.push({ file, definition: read.definition })
    else problems.push(...read.problems.map((problem) => ({ file, problem })))
  }
  const seen = new Map<string, string>()
  for (const { file, definition } of files) {
    const id = `${definition.name} (${definition.language})`
    const other = seen.get(id)
    if (other !== undefined) problems.push({ file, problem: `${id} is defined in ${other}, too` })
    seen.set(id, file)
  }
  return { files, problems }
}

function readDefinition(file: string): { definition?: TemplateDefinition; problems: string[] } {
  // JSON is YAML.
  const document = parseDocument(readFileSync(file, 'utf8'))
  const [broken] = document.errors
  if (broken !== undefined) return { problems: [broken.message.split('\n', 1)[0] ?? 'is no YAML'] }
  const read = templateDefinition.safeParse(document.toJS())
  return read.success
    ? { definition: read.data, problems: [] }
    : { problems: read.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`) }
}

function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .toSorted()
      .map((name) => join(path, name))
  } catch (error) {
    throw usage(`"${path}" cannot be read: ${messageOf(error)}`)
  }
}
