import type { ExchangeResult } from '../client/exchange.ts'
import { boolean, list, object, objects, text, type JsonObject } from '../webhooks/read-json.ts'
import { readAnswer, type ReadAnswer } from './read-answer.ts'

/** A template as it is registered with one WhatsApp business account, in one language. Words are open: new ones come. */
export interface TemplateDefinition {
  readonly id: string
  /** The WhatsApp business account: all of its numbers have the same templates. */
  readonly accountId?: string | undefined
  readonly name: string
  readonly language: string
  readonly status?: string | undefined
  readonly category?: string | undefined
  readonly quality?: string | undefined
  readonly structure: TemplateStructure
}

export interface TemplateStructure extends TemplateCard {
  /** `UNSUPPORTED`: Infobip cannot show it. */
  readonly type?: string | undefined
  readonly cards?: readonly TemplateCard[] | undefined
  readonly offer?: { readonly hasExpiration: boolean } | undefined
}

export interface TemplateCard {
  readonly header?: { readonly format: string; readonly text?: string | undefined } | undefined
  readonly body?: string | undefined
  readonly buttons: readonly TemplateButton[]
}

export interface TemplateButton {
  readonly type: string
  readonly url?: string | undefined
}

/** A template with its structure as Infobip lists it, to be kept whole. */
export interface ListedTemplate extends TemplateDefinition {
  readonly listed: JsonObject | undefined
}

/** Reads the answer to `GET /whatsapp/2/senders/{sender}/templates`. Pure. */
export function readTemplateList(result: ExchangeResult, now: number): ReadAnswer<ListedTemplate[]> {
  return readAnswer(result, now, (body) => {
    const templates = object(body)?.['templates']
    if (!Array.isArray(templates)) return undefined
    return objects(templates).flatMap((one) =>
      readTemplates({ templates: [one] }).map((definition) => ({ ...definition, listed: object(one['structure']) })),
    )
  })
}

/** Reads the body of `GET /whatsapp/2/senders/{sender}/templates`. One that has no id, name or language is left out. */
export function readTemplates(body: unknown): TemplateDefinition[] {
  return objects(object(body)?.['templates']).flatMap((from) => {
    const [id, name, language] = [text(from['id']), text(from['name']), text(from['language'])]
    if (id === undefined || name === undefined || language === undefined) return []
    const structure = object(from['structure']) ?? {}
    const { cards } = object(structure['carousel']) ?? {}
    const offer = object(structure['limitedTimeOffer'])
    return [
      {
        id,
        accountId: text(from['businessAccountId']),
        name,
        language,
        status: text(from['status']),
        category: text(from['category']),
        quality: text(from['quality']),
        structure: {
          type: text(structure['type']),
          ...readCard(structure),
          cards: cards === undefined ? undefined : list(cards).map((card) => readCard(object(card) ?? {})),
          offer: offer && { hasExpiration: boolean(offer['hasExpiration']) ?? false },
        },
      },
    ]
  })
}

function readCard(from: JsonObject): TemplateCard {
  const header = object(from['header'])
  const format = text(header?.['format'])
  return {
    header: format === undefined ? undefined : { format, text: text(header?.['text']) },
    body: text(object(from['body'])?.['text']),
    buttons: objects(from['buttons']).map((one) => ({ type: text(one['type']) ?? '', url: text(one['url']) })),
  }
}
