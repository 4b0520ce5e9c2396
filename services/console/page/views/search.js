import { post } from '../api.js'
import { go } from '../router.js'

/**
 * Looks for a number or an id. What was asked for stays out of the address, which is in histories and logs: one conversation
 * opens at once, several are a list.
 */
export async function search(app, query) {
  try {
    const found = await post('/search', { query })
    app.searched = query === '' ? undefined : { query, found }
    const [only, ...others] = found.conversations
    if (query !== '' && only !== undefined && others.length === 0)
      return go('conversations', [only.id, ...(only.message === undefined ? [] : [only.message])])
    if (app.route.name === 'conversations' && app.route.rest.length === 0) return await app.reload()
    go('conversations')
  } catch (error) {
    app.error = error
    app.update()
  }
}
