/** What may stand at a place of Infobip's JSON, and how it is shown. */
export type PlaceKind = 'enum' | 'name' | 'count' | 'date' | 'id' | 'number' | 'text' | 'hidden'

/** A place in JSON: what its own value is, and the places below it by name. Lists have no place of their own. */
export interface Place {
  readonly kind: PlaceKind
  readonly below: ReadonlyMap<string, Place>
}

interface OpenPlace {
  kind: PlaceKind
  readonly below: Map<string, OpenPlace>
}

/** A result, a report, an event, a message to be sent or the answer to one, by paths. What is not here is a customer's word. */
const PATHS: Readonly<Record<PlaceKind, string>> = {
  enum: `notificationType event integrationType channel type message.type content.type content.transactions.type
    content.transaction.type change.type price.currency status.groupName status.name error.groupName error.name
    errorCode requestError.serviceException.messageId
    validityPeriodTimeUnit whatsApp.validityPeriodTimeUnit options.validityPeriod.timeUnit
    change.previousStatus change.newStatus change.previousCategory change.newCategory change.previousQualityScore
    change.newQualityScore`,
  name: `accountEvent messageTemplateName messageTemplateLanguage whatsApp.templateName whatsApp.language`,
  count: `messageCount pendingMessageCount smsCount mmsCount mccMnc price.pricePerMessage
    status.id status.groupId error.id error.groupId error.permanent
    validityPeriod whatsApp.validityPeriod options.validityPeriod.amount`,
  date: `receivedAt sentAt sendAt doneAt seenAt createdAt expiresAt timestamp sendDateTime options.schedule.sendAt`,
  id: `messageId pairedMessageId bulkId applicationId entityId campaignReferenceId scenarioKey messageTemplateId
    destinations.messageId message.context.id context.id context.replyToMessageId platform.applicationId platform.entityId`,
  number: `from to sender destination recipient to.phoneNumber to.whatsAppUserId destinations.to
    destinations.to.phoneNumber destinations.to.whatsAppUserId message.context.from context.from`,
  text: `status.description error.description requestError.serviceException.text description errorMessage`,
  hidden: `text cleanText keyword callbackData contact identity url message.text message.caption message.url content.text
    content.caption content.url content.body content.templateName content.language whatsApp.text webhooks.callbackData
    violations action`,
}

function build(): Place {
  const root: OpenPlace = { kind: 'hidden', below: new Map() }
  for (const [kind, paths] of Object.entries(PATHS)) {
    for (const path of paths.trim().split(/\s+/)) {
      let at = root
      for (const name of path.split('.')) {
        const next = at.below.get(name) ?? { kind: 'hidden', below: new Map() }
        at.below.set(name, next)
        at = next
      }
      at.kind = kind as PlaceKind // the keys of PATHS
    }
  }
  // Infobip sends them alone or in a list of either name.
  for (const list of ['results', 'messages']) root.below.set(list, root)
  return root
}

/** The root of every body, whichever way it goes. */
export const rootPlace: Place = build()
