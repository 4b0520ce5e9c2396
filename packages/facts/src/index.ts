export { AD_HOURS_MS, isBeyondAds } from './window/ad-hours.ts'
export { openingOf, type Opening } from './window/opening.ts'
export { sightingOf, type WindowSighting } from './window/sighting.ts'
export {
  closesAtOf,
  judgeWindow,
  mergeWindows,
  WINDOW_MS,
  type UnknownWindow,
  type WindowFact,
  type WindowState,
} from './window/window.ts'
export { FRESH_MS, isComplete, type Coverage } from './window/coverage.ts'

export {
  carryOver,
  findOptOut,
  isLater,
  slotOf,
  takeUp,
  type ConsentRecord,
  type ConsentScope,
  type ConsentSource,
  type ConsentState,
  type Purpose,
} from './consent/consent.ts'
export { readConsent } from './consent/read-consent.ts'
export { findKeyWord, foldWord, type KeyWords } from './consent/key-words.ts'
export { readReportSign, standsHint, type ReportSign } from './consent/report-sign.ts'

export { spellingsOf } from './identity/spellings.ts'
export {
  holdersOf,
  isPhone,
  joinContacts,
  newContact,
  type ContactRecord,
  type Contacts,
  type Known,
  type Link,
} from './identity/contact-record.ts'
export { seeContact, shownNames, type ContactChange, type ContactSighting, type Seen } from './identity/see-contact.ts'
export { isPortfolioMove, PORTFOLIO_MOVE_MS } from './identity/portfolio-move.ts'
export { isUnconfirmed, namesIn, ownedSince, ownFacts, type NamedFacts } from './identity/own-facts.ts'

export { checkRecipient, checkTemplate, type KnownTemplate } from './templates/check-template.ts'
export {
  createTemplateRegistry,
  digestOf,
  type KnownEntry,
  type TemplateFact,
  type TemplateList,
  type TemplateQuery,
  type TemplateRegistry,
  type TemplateRegistryOptions,
  type Templates,
} from './templates/template-registry.ts'

export {
  decide,
  gateCodes,
  gates,
  type Advice,
  type Decidable,
  type Fact,
  type Finding,
  type Form,
  type Gate,
  type GateCode,
  type GateMode,
  type Verdict,
} from './gates/decide.ts'

export { createForgettingReading, type ForgettingReading } from './forgetting/forgetting-reading.ts'
export { createForgettings, peopleOf, type Forgettings, type Named } from './forgetting/forgettings.ts'
