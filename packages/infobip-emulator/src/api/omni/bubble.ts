import { isDeepStrictEqual } from 'node:util'
import type { OmniAdvanced, OmniWhatsApp } from '../../schemas/omni.ts'
import type { Action, Bubble, BubbleHeader, MediaKind, TemplateHeader } from '../../store/entities.ts'
import { findTemplate } from '../../templates/find-template.ts'
import type { World } from '../../world.ts'
import { reply } from '../whatsapp/bubbles.ts'
import { fill, plainActions, registeredTexts } from '../whatsapp/template-bubble.ts'
import { defined } from '../../delivery/defined.ts'
import type { Violation } from '../errors.ts'

const MEDIA_FIELDS = { imageUrl: 'image', audioUrl: 'audio', videoUrl: 'video', fileUrl: 'document' } as const

const mediaFields = (body: OmniWhatsApp): { field: string; kind: MediaKind; url: string }[] =>
  Object.entries(MEDIA_FIELDS).flatMap(([field, kind]) => {
    const url = body[field as keyof typeof MEDIA_FIELDS] // a key of that very object
    return url === undefined ? [] : [{ field, kind, url }]
  })

/** What the documents cannot say of an omni WhatsApp part: exactly one kind of content. */
export function omniRules(body: OmniAdvanced): Violation[] {
  const { whatsApp } = body
  const ofContent =
    whatsApp === undefined
      ? [{ property: 'whatsApp', violation: 'must not be null: the scenario sends WhatsApp' }]
      : contentRules(whatsApp)
  return [...destinationRules(body), ...ofContent]
}

function destinationRules({ destinations = [] }: OmniAdvanced): Violation[] {
  if (destinations.length === 0) return [{ property: 'destinations', violation: 'must not be empty' }]
  return destinations.flatMap(({ to }, i) =>
    to?.phoneNumber === undefined && to?.whatsAppUserId === undefined
      ? [{ property: `destinations[${i}].to`, violation: 'must have a phoneNumber or a whatsAppUserId' }]
      : [],
  )
}

function contentRules(whatsApp: OmniWhatsApp): Violation[] {
  const violations: Violation[] = []
  const media = mediaFields(whatsApp)
  const kinds = [
    ...media.map((one) => one.field),
    ...(whatsApp.latitude !== undefined || whatsApp.longitude !== undefined ? ['location'] : []),
    ...(whatsApp.contacts === undefined ? [] : ['contacts']),
    ...(whatsApp.templateName === undefined ? [] : ['templateName']),
  ]
  if (kinds.length > 1) {
    violations.push({ property: 'whatsApp', violation: `must have one content, not ${kinds.join(' and ')}` })
  }
  if (kinds.length === 0 && (whatsApp.text === undefined || whatsApp.text === '')) {
    violations.push({ property: 'whatsApp.text', violation: 'must not be blank' })
  }
  if ((whatsApp.latitude === undefined) !== (whatsApp.longitude === undefined)) {
    violations.push({ property: 'whatsApp', violation: 'must have latitude and longitude' })
  }
  if (whatsApp.templateName !== undefined && whatsApp.language === undefined) {
    violations.push({ property: 'whatsApp.language', violation: 'must not be null with a template' })
  }
  for (const { field, url } of media) {
    if (!/^https?:\/\//i.test(url))
      violations.push({ property: `whatsApp.${field}`, violation: 'must be an http(s) URL' })
  }
  return violations
}

/** How the phone shows an omni WhatsApp part. */
export function omniBubble(world: World, sender: string, whatsApp: OmniWhatsApp): Bubble {
  const [media] = mediaFields(whatsApp)
  if (media !== undefined) {
    const shown = { kind: media.kind, url: media.url }
    // Omni has no file name: a document's text is its caption.
    return { kind: media.kind, media: shown, ...defined({ text: whatsApp.text }) }
  }
  if (whatsApp.latitude !== undefined && whatsApp.longitude !== undefined) {
    const { latitude, longitude, locationName: name, address } = whatsApp
    return { kind: 'location', location: { latitude, longitude, ...defined({ name, address }) } }
  }
  if (whatsApp.contacts !== undefined) return { kind: 'contacts', contacts: whatsApp.contacts }
  if (whatsApp.templateName !== undefined) return templateBubble(world, sender, whatsApp)
  return { kind: 'text', text: whatsApp.text ?? '' }
}

function templateBubble(world: World, sender: string, whatsApp: OmniWhatsApp): Bubble {
  const { templateName: name = '', language = '', mediaTemplateData: data } = whatsApp
  const placeholders = placeholdersOf(whatsApp)
  const texts = registeredTexts(findTemplate(world, sender, name, language))
  const header = givenHeader(data?.header)
  return {
    kind: 'template',
    template: {
      name,
      language,
      placeholders,
      ...defined({
        header: header === undefined ? undefined : kindOf(header),
        buttons: data?.buttons?.map(valueOf),
      }),
    },
    ...defined({
      header: header ?? (texts.header === undefined ? undefined : { text: texts.header }),
      text: texts.body === undefined ? undefined : fill(texts.body, placeholders),
      footer: texts.footer,
      actions: data?.buttons?.map((button, i) => actionOf(button, i, texts.buttons[i])) ?? plainActions(texts.buttons),
    }),
  }
}

function placeholdersOf({ mediaTemplateData, templateData = [] }: OmniWhatsApp): string[] {
  return mediaTemplateData?.body.placeholders ?? templateData
}

type MediaButton = NonNullable<NonNullable<OmniWhatsApp['mediaTemplateData']>['buttons']>[number]

/** In the words of a definition. */
function valueOf({ urlPlaceholder: value }: MediaButton): { type: string; value?: string } {
  return value === undefined ? { type: 'QUICK_REPLY' } : { type: 'URL', value }
}

function actionOf({ urlPlaceholder, quickReplyPayload }: MediaButton, i: number, text: string | undefined): Action {
  const title = text ?? quickReplyPayload ?? `Button ${i + 1}`
  return urlPlaceholder === undefined
    ? reply(quickReplyPayload ?? String(i), title)
    : { type: 'url', title, url: urlPlaceholder }
}

function givenHeader(header: MediaHeader | undefined): BubbleHeader | undefined {
  const given = header === undefined ? {} : headerOf(header)
  return isDeepStrictEqual(given, {}) ? undefined : given
}

function kindOf({ media, location }: BubbleHeader): TemplateHeader {
  if (location !== undefined) return 'LOCATION'
  if (media === undefined) return 'TEXT'
  if (media.kind === 'image') return 'IMAGE'
  return media.kind === 'video' ? 'VIDEO' : 'DOCUMENT'
}

type MediaHeader = NonNullable<NonNullable<OmniWhatsApp['mediaTemplateData']>['header']>

function headerOf(header: MediaHeader): BubbleHeader {
  const {
    textPlaceholder: text,
    documentUrl,
    documentFilename: filename,
    imageUrl,
    videoUrl,
    latitude,
    longitude,
  } = header
  if (imageUrl !== undefined) return { media: { kind: 'image', url: imageUrl } }
  if (videoUrl !== undefined) return { media: { kind: 'video', url: videoUrl } }
  if (documentUrl !== undefined) return { media: { kind: 'document', url: documentUrl, ...defined({ filename }) } }
  if (latitude !== undefined && longitude !== undefined) return { location: { latitude, longitude } }
  return defined({ text })
}
