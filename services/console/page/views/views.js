import { access } from './access.js'
import { audit } from './audit.js'
import { conversation } from './conversation.js'
import { conversations } from './conversations.js'
import { deadLetters } from './dead-letters.js'
import { overview } from './overview.js'
import { parked } from './parked.js'
import { problems } from './problems.js'
import { unrecognised } from './unrecognised.js'

/** Each page: its title, `load` of what it shows, `render` of that, and whether a change touches it. */
const VIEWS = { overview, conversations, problems, 'dead-letters': deadLetters, unrecognised, parked, audit, access }

/** The pages that somebody may open. */
export function navigation({ tenants, mayLetIn }) {
  const isAdmin = tenants.some(({ role }) => role === 'admin')
  const isHidden = { audit: !isAdmin, access: mayLetIn !== true }
  return Object.entries(VIEWS).filter(([name]) => isHidden[name] !== true)
}

export function viewOf({ name, rest }) {
  if (name === 'conversations' && rest.length > 0) return { ...conversation, page: 'conversations' }
  const known = Object.hasOwn(VIEWS, name) ? name : 'overview'
  return { ...VIEWS[known], page: known }
}
