import { expect, test } from 'vitest'
import { createAddressPolicy } from './address-policy.ts'
import { isPublicAddress } from './public-address.ts'

test.each([
  ['93.184.215.14', 'a public host'],
  ['8.8.8.8', 'a public host'],
  ['172.15.255.255', 'just below 172.16/12'],
  ['172.32.0.0', 'just above it'],
  ['2606:4700::1111', 'a public host'],
  ['::ffff:8.8.8.8', 'a public IPv4 address, mapped'],
])('%s is public: %s', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '0:0:0:0:0:ffff:169.254.169.254',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
])('%j is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test('what is allowed may be private, by range or by name', () => {
  const policy = createAddressPolicy({ allow: ['10.1.0.0/16', 'files.internal', '*.lab.example', '::1'] })
  expect(policy.objectionToAddress('10.1.2.3', 'x')).toBeUndefined()
  expect(policy.objectionToAddress('::ffff:10.1.2.3', 'x')).toBeUndefined()
  expect(policy.objectionToAddress('::1', 'x')).toBeUndefined()
  expect(policy.objectionToAddress('10.2.0.1', 'files.internal')).toBeUndefined()
  expect(policy.objectionToAddress('10.2.0.1', 'a.lab.example')).toBeUndefined()
  expect(policy.objectionToAddress('10.2.0.1', 'lab.example')).toMatch(/private/)
  expect(policy.objectionToAddress('10.2.0.1', 'x')).toMatch(/private/)
})

test('what is denied is not fetched, even if allowed', () => {
  const policy = createAddressPolicy({ allow: ['10.0.0.0/8'], deny: ['10.9.0.0/16', 'evil.example', '8.8.8.8'] })
  expect(policy.objectionToAddress('10.9.0.1', 'x')).toMatch(/denied/)
  expect(policy.objectionToAddress('8.8.8.8', 'x')).toMatch(/denied/)
  expect(policy.objectionToHost('EVIL.example.')).toMatch(/denied/)
  expect(policy.objectionToHost('good.example')).toBeUndefined()
})
