import { expect, test } from 'vitest'
import { serverProperties } from './server-properties.ts'

test('a further listener is advertised beside the plain one, the controller is not', () => {
  const properties = serverProperties({
    port: 1,
    controllerPort: 2,
    dataDir: '/d',
    listeners: [{ name: 'SECURE', protocol: 'SASL_SSL', port: 3 }],
  })
  expect(properties).toMatchObject({
    listeners: 'PLAINTEXT://127.0.0.1:1,SECURE://127.0.0.1:3,CONTROLLER://127.0.0.1:2',
    'advertised.listeners': 'PLAINTEXT://127.0.0.1:1,SECURE://127.0.0.1:3',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
  })
})
