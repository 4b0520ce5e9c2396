import { Secret } from '@imchannel/config'
import type { StoreSetting } from '../src/adapters/store/open-database.ts'

/** As `console.store` has it: a folder, or the URL of a PostgreSQL. */
export function settingOf(text: string): StoreSetting {
  return /^postgres(ql)?:/.test(text) ? { url: new Secret(text) } : { folder: text }
}
