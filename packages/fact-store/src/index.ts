export { aliasPattern, aliasRedisKey, type AliasOwner, bsuidOf } from './alias-keys.ts'
export { createConsentCopy, type ConsentCopy, type ConsentPut, type ConsentRemoval } from './consent-copy.ts'
export {
  createContactCopy,
  isRecent,
  type ContactCopy,
  type ContactPlace,
  type ContactPut,
  type FoundContact,
  type NewHolder,
} from './contact-copy.ts'
export { contactOwnerOf, contactPutOf, contactRecordedOf } from './contact-put.ts'
export type { HeldContact } from './contact-value.ts'
export type { Offsets, TopicReading } from './topic-reading.ts'
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
export { ANY_NUMBER, consentKey, type ContactOwner } from './keys.ts'
export {
  createWindowReading,
  type PartReading,
  type Places,
  type Stretch,
  type WindowReading,
} from './window-reading.ts'
export {
  createBudgetCounters,
  type AskedCounter,
  type BudgetCounters,
  type BudgetQuery,
  type CountsRead,
} from './budgets/budget-counters.ts'
export {
  createBudgetKeeping,
  type BudgetKeeping,
  type BudgetStretch,
  type CounterChange,
  type KeptBudgets,
  type KeptCount,
} from './budgets/budget-keeping.ts'
export type { CounterName } from './budgets/budget-keys.ts'
