import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '@imchannel/local-stack'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

interface Service {
  readonly image: string
  readonly profiles?: readonly string[]
  readonly build?: { readonly target: string }
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
}

// What is asked about it here, with merge keys followed.
const { services } = parse(await readFile(join(checkout, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>
}

test('each is where people expect it, on loopback alone', () => {
  const published = Object.values(services).flatMap(({ ports = [] }) => ports)
  expect(published.every((port) => port.startsWith('127.0.0.1:'))).toBe(true)
  const usual = published.map((port) => /^127\.0\.0\.1:(?:\$\{\w+:-)?(\d+)\}?:\d+$/.exec(port)?.[1])
  expect(usual).toEqual(['9092', '6379', '16686', '4318', '3001', '3002', '3003', '3010', '9090', '3030'])
})

test('our images run with nothing that they do not need', () => {
  const ours = Object.entries(services).filter(([, { build }]) => build !== undefined)
  expect(ours.map(([name]) => name)).toEqual(['ingress', 'dispatcher', 'media-server', 'emulator', 'echo-bot', 'cli'])
  for (const [name, service] of ours) {
    expect(service).toMatchObject({
      build: { target: name },
      image: `imchannel/${name}:\${IMCHANNEL_TAG:-dev}`,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
  }
})

test('Prometheus and Grafana come by their profile alone, with files that are there', () => {
  const observability = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('observability'))
  expect(observability.map(([name]) => name)).toEqual(['prometheus', 'grafana'])
  const mounted = observability.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('./'))
  expect(mounted).toHaveLength(4)
  for (const volume of mounted) expect(existsSync(join(checkout, volume.split(':')[0] ?? ''))).toBe(true)
})
