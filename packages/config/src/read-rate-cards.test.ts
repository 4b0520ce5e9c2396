import { expect, test } from 'vitest'
import { loadConfig } from './load-config.ts'

const card = '{currency: XTS, rates: [{validFrom: 2026-10-01, market: 351, utility: 0.021000}]}'
const files: Readonly<Record<string, string>> = {
  'rates/acme.yaml': card,
  'rates/bad.yaml': '{currency: XTS, rates: [{validFrom: October, market: 351}, {market: "*", utility: much}]}',
}

function readFile(path: string): string {
  const found = files[path]
  if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  return found
}

function load(account: object) {
  const text = JSON.stringify({
    kafka: { brokers: ['127.0.0.1:9092'] },
    redis: { url: 'redis://127.0.0.1:6379' },
    publicUrl: 'https://chat.example.com',
    tenants: {
      acme: {
        webhookAuth: { type: 'none' },
        accounts: [{ baseUrl: 'https://xxxx.api.infobip.com', apiKey: 'k', senders: [], ...account }],
      },
    },
  })
  return loadConfig({ text, env: {}, readFile })
}

function accountOf(account: object) {
  const loaded = load(account)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config.tenants['acme']?.accounts[0]
}

function problemsOf(account: object): string[] {
  const loaded = load(account)
  return loaded.ok ? [] : loaded.problems.map(({ path, problem }) => `${path} ${problem}`)
}

test('an account has the rates of the file that it names, with their digits', () => {
  expect(accountOf({ rateCard: 'rates/acme.yaml', timeZone: 'Europe/Lisbon' })).toMatchObject({
    timeZone: 'Europe/Lisbon',
    rateCard: { name: 'rates/acme.yaml', rates: { currency: 'XTS', rates: [{ market: '351', utility: '0.021000' }] } },
  })
})

test('an account that names none has none, and UTC', () => {
  const account = accountOf({})
  expect(account).toMatchObject({ timeZone: 'UTC' })
  expect(account).not.toHaveProperty('rateCard')
})

test('what is wrong with a file, or with a time zone, is said with its place', () => {
  const place = 'tenants.acme.accounts[0]'
  expect(problemsOf({ rateCard: 'rates/none.yaml' })).toEqual([
    `${place}.rateCard names the file that it names, which cannot be read (ENOENT)`,
  ])
  expect(problemsOf({ rateCard: 'rates/bad.yaml' })).toEqual([
    `${place}.rateCard names a file that is no rate card: rates[0].validFrom is a day such as 2026-10-01`,
    `${place}.rateCard names a file that is no rate card: rates[1].validFrom is missing, or something else`,
    `${place}.rateCard names a file that is no rate card: rates[1].utility is an amount such as 0.0210`,
  ])
  expect(problemsOf({ timeZone: 'Lisbon' })).toEqual([`${place}.timeZone must be a time zone such as Europe/Lisbon`])
})
