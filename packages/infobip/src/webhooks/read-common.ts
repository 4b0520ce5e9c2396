import { boolean, decimal, integer, object, text, type JsonObject } from './read-json.ts'
import type { ContactProfile, Price, ReportError, ReportStatus } from './webhook-result.ts'

export function readScope(from: JsonObject): { entityId?: string | undefined; applicationId?: string | undefined } {
  const platform = object(from['platform'])
  return {
    entityId: text(from['entityId']) ?? text(platform?.['entityId']),
    applicationId: text(from['applicationId']) ?? text(platform?.['applicationId']),
  }
}

export function readContact(value: unknown): ContactProfile | undefined {
  const from = object(value)
  if (from === undefined) return undefined
  const contact = {
    name: text(from['name']),
    phoneNumber: text(from['phoneNumber']),
    userId: text(from['userId']),
    parentUserId: text(from['parentUserId']),
    username: text(from['username']),
  }
  return Object.values(contact).some((one) => one !== undefined) ? contact : undefined
}

export function readPrice(value: unknown): Price | undefined {
  const from = object(value)
  const pricePerMessage = decimal(from?.['pricePerMessage'])
  const currency = text(from?.['currency'])
  return pricePerMessage === undefined && currency === undefined ? undefined : { pricePerMessage, currency }
}

export function readStatus(from: JsonObject): ReportStatus {
  return {
    groupId: integer(from['groupId']),
    groupName: text(from['groupName']),
    id: integer(from['id']),
    name: text(from['name']),
    description: text(from['description']),
    action: text(from['action']),
  }
}

export function readError(value: unknown): ReportError | undefined {
  const from = object(value)
  if (from === undefined) return undefined
  return {
    groupId: integer(from['groupId']),
    groupName: text(from['groupName']),
    id: integer(from['id']),
    name: text(from['name']),
    description: text(from['description']),
    permanent: boolean(from['permanent']),
  }
}

/** `callbackData` is a string; other JSON that stands there is given as its text. */
export function readCallbackData(value: unknown): string | undefined {
  return text(value) ?? (typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined)
}
