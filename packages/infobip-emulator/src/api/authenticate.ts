import type { AccountSettings } from '../settings.ts'
import type { World } from '../world.ts'
import { unauthorized } from './errors.ts'

/** The account that an `Authorization: App` or `Basic` header belongs to. @throws ApiError 401 */
export function authenticate(world: World, authorization: string | undefined): AccountSettings {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(/\s+/, 2)
  const account = world.settings.accounts.find((one) => {
    switch (scheme.toLowerCase()) {
      case 'app':
        return one.apiKeys.includes(credentials)
      case 'basic': {
        const plain = Buffer.from(credentials, 'base64').toString('utf8')
        return one.basic.some(({ username, password }) => plain === `${username}:${password}`)
      }
      default:
        return false
    }
  })
  if (account === undefined) throw unauthorized()
  return account
}
