import { expect, test } from 'vitest'

// Every container here is stopped by its own test; the container that would do it for them is one more to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
const { image, obstacle } = await import('./container-image.ts')
const { InfobipEmulatorContainer } = await import('../src/testcontainers.ts')

test('its image runs by Testcontainers, with the options it is given, and has the phone', async ({ skip }) => {
  const reason = await obstacle()
  skip(reason !== undefined, reason)
  await using container = await new InfobipEmulatorContainer(image)
    .withOptions({
      webhooks: { baseUrl: null },
      behaviour: { sessionWindow: 'off' },
      accounts: [{ id: 'tests', apiKeys: ['a-key'], senders: [{ number: '447860099299', scenarioKey: 'ABC' }] }],
    })
    .start()
  const { emulator } = container
  const received = emulator.phone('39123456789').receives(/Hello/)
  const answer = await fetch(`${emulator.url}/omni/1/advanced`, {
    method: 'POST',
    headers: { authorization: 'App a-key', 'content-type': 'application/json' },
    body: JSON.stringify({
      scenarioKey: 'ABC',
      destinations: [{ to: { phoneNumber: '39123456789' } }],
      whatsApp: { text: 'Hello from a container' },
    }),
  })
  expect(answer.status).toBe(200)
  expect(await received).toMatchObject({ to: { phoneNumber: '39123456789' } })
  expect(await emulator.requests()).toHaveLength(1)
})
