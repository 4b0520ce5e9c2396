export { aliasPattern, aliasRedisKey, type AliasOwner, bsuidOf } from './alias-keys.ts'
export {
  createConsentCopy,
  type ConsentCopy,
  type ConsentPut,
  type ConsentRemoval,
  type Offsets,
} from './consent-copy.ts'
export { consentPutOf } from './consent-put.ts'
export { decodeConsent, encodeConsent } from './consent-record.ts'
export {
  createFactStore,
  type CustomerFacts,
  type CustomerQuery,
  type FactStore,
  type FactStoreOptions,
  type FoundConsent,
} from './fact-store.ts'
export { ANY_NUMBER, consentKey } from './keys.ts'
export {
  createWindowReading,
  type PartReading,
  type Places,
  type Stretch,
  type WindowReading,
} from './window-reading.ts'
