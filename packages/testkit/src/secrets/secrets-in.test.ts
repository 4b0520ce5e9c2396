import { expect, it } from 'vitest'
import { secretsIn } from './secrets-in.ts'

it('every secret of a configuration is known by its path, and nothing else', () => {
  const config = {
    redis: { url: 'redis://user:p%40ssw%C3%B6rd-of-redis@127.0.0.1:6379' },
    publicUrl: 'https://chat.example.com',
    tenants: {
      acme: {
        webhookAuth: [
          { type: 'basic', username: 'infobip', password: ['password-now', 'password-next'] },
          { type: 'header', name: 'x-secret', value: 'value-of-header' },
        ],
        mediaTokens: ['token-of-media'],
        accounts: [
          { baseUrl: 'https://x.api.infobip.com', apiKey: 'key-of-account', senders: [{ scenarioKey: 'S1' }] },
        ],
      },
      short: { mediaTokens: ['tiny'] },
    },
  }
  expect(secretsIn(config)).toEqual({
    'redis.url': 'p@sswörd-of-redis',
    'tenants.acme.webhookAuth.0.password.0': 'password-now',
    'tenants.acme.webhookAuth.0.password.1': 'password-next',
    'tenants.acme.webhookAuth.1.value': 'value-of-header',
    'tenants.acme.mediaTokens.0': 'token-of-media',
    'tenants.acme.accounts.0.apiKey': 'key-of-account',
  })
  expect(secretsIn(undefined)).toEqual({})
})
