import { readdir } from 'node:fs/promises'
import { loadConfig } from '@imchannel/config'
import { selfSignedCert } from '@imchannel/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GoTool } from './support/go-tool.ts'
import { chart, findHelm, lint, namedValues, render, type Manifest } from './support/helm.ts'
import { schemaProblems, unknownMembers } from './support/kubernetes-schemas.ts'

const combinations = await namedValues()
const minimal = ['examples/minimal.yaml']
/** Helm and its dependencies, compiled on two busy cores where nobody has yet. */
const BUILD_MS = 15 * 60_000

interface PodSpec {
  readonly automountServiceAccountToken?: boolean
  readonly securityContext?: Readonly<Record<string, unknown>>
  readonly terminationGracePeriodSeconds?: number
  readonly containers: readonly {
    readonly name: string
    readonly image: string
    readonly securityContext?: unknown
    readonly env: readonly { readonly name: string; readonly value: string }[]
    readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
    readonly startupProbe?: unknown
    readonly livenessProbe?: unknown
    readonly readinessProbe?: unknown
  }[]
}

function podsOf(manifests: readonly Manifest[]): PodSpec[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map((manifest) => (manifest['spec'] as { template: { spec: PodSpec } }).template.spec)
}

function asksFor(path: string): unknown {
  return expect.objectContaining({ httpGet: { path, port: 'admin' } })
}

function specOf(manifests: readonly Manifest[], kind: string, name = ''): unknown {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.endsWith(name))
  if (found === undefined) throw new Error(`nothing of kind ${kind} was rendered`)
  return found['spec']
}

test('the chart’s README names every file of examples', async () => {
  const files = await readdir(`${chart}/examples`)
  expect(new Set(combinations.flat())).toEqual(new Set(files.map((file) => `examples/${file}`)))
})

describe('with Helm', () => {
  let tool: GoTool
  beforeAll(async () => {
    tool = await findHelm()
  }, BUILD_MS)

  /** Helm's path; the test is skipped with the reason where it cannot be had. */
  function helm(skip: (condition: boolean, note?: string) => void): string {
    skip('missing' in tool, 'missing' in tool ? tool.missing : undefined)
    return 'command' in tool ? tool.command : ''
  }

  describe.each(combinations.map((values) => ({ name: values.join(' + '), values })))('$name', ({ values }) => {
    test('lints without a complaint', async ({ skip }) => {
      expect(await lint(helm(skip), values)).toEqual([])
    })

    test('renders objects that hold by the schemas of Kubernetes and of its extensions', async ({ skip }) => {
      const manifests = await render(helm(skip), values)
      expect(manifests.length).toBeGreaterThan(4)
      expect(new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(manifests.length)
      const problems = await Promise.all(manifests.map(schemaProblems))
      expect(problems.filter((problem) => problem !== undefined)).toEqual([])
      expect(await unknownMembers(manifests)).toEqual([])
    })

    test('gives containers nothing that the services do not need', async ({ skip }) => {
      const pods = podsOf(await render(helm(skip), values))
      for (const pod of pods) {
        expect(pod.automountServiceAccountToken).toBe(false)
        expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
        for (const container of pod.containers) {
          expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
          })
          expect(container.env).toContainEqual({ name: 'LOG_PRIVACY', value: 'mask' })
        }
      }
    })

    test('hands the services a configuration that they take, without a secret in it', async ({ skip }) => {
      const manifests = await render(helm(skip), values)
      expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([])
      const config = manifests.find(({ metadata }) => metadata.name.endsWith('-config'))
      if (values.includes('examples/own-objects.yaml')) {
        expect(config).toBeUndefined()
        return
      }
      const { 'imchannel.yaml': text = '' } = (config?.['data'] ?? {}) as Record<string, string>
      const secret = 'redis://a-secret:6379/-----BEGIN'
      const named = [...text.matchAll(/\$\{(ACME_\w+)\}/g)].map(([, name = '']) => [name, secret] as const)
      const env = Object.fromEntries(named)
      const { cert, key } = selfSignedCert()
      const files: Record<string, string> = {
        '/run/tls/tls.crt': cert,
        '/run/tls/tls.key': key,
        '/run/secrets/imchannel/console-store': 'postgres://console:secret@db.example.com/console',
      }
      const result = loadConfig({ text, env, readFile: (path) => files[path] ?? secret })
      expect(result.ok ? [] : result.problems).toEqual([])
    })
  })

  test('probes and metrics are on a port that no public Service leads to', async ({ skip }) => {
    const manifests = await render(helm(skip), ['examples/production.yaml'])
    const [ingress] = (specOf(manifests, 'Deployment', '-ingress') as { template: { spec: PodSpec } }).template.spec
      .containers
    expect(ingress).toMatchObject({
      startupProbe: asksFor('/livez'),
      livenessProbe: asksFor('/livez'),
      readinessProbe: asksFor('/readyz'),
    })
    expect(ingress?.env).toEqual(
      expect.arrayContaining([
        { name: 'PORT', value: '8080' },
        { name: 'ADMIN_PORT', value: '9090' },
      ]),
    )
    expect(specOf(manifests, 'Service', '-ingress')).toMatchObject({
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
    })
    expect(specOf(manifests, 'NetworkPolicy')).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { ports: [{ port: 'http' }], from: [{ namespaceSelector: expect.anything() }] },
        { ports: [{ port: 'admin' }], from: [{ namespaceSelector: expect.anything() }] },
      ],
    })
  })

  test('KEDA asks for the lag of the dispatcher’s own group, and never scales to nothing', async ({ skip }) => {
    const manifests = await render(helm(skip), [...minimal, 'examples/keda.yaml'])
    expect(specOf(manifests, 'ScaledObject')).toMatchObject({
      minReplicaCount: 2,
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } } },
      triggers: ['imchannel.outbound', 'acme.commands'].map((topic) => ({
        type: 'kafka',
        metadata: {
          topic,
          consumerGroup: 'imchannel.dispatcher',
          offsetResetPolicy: 'earliest',
          excludePersistentLag: 'true',
          limitToPartitionsWithLag: 'true',
          ensureEvenDistributionOfPartitions: 'true',
        },
      })),
    })
    expect(specOf(manifests, 'Deployment', '-dispatcher')).not.toHaveProperty('replicas')
  })

  test('another image or configuration gets a topics job of its own, the same gets the same', async ({ skip }) => {
    const command = helm(skip)
    const nameOf = async (...settings: string[]): Promise<string | undefined> =>
      (await render(command, minimal, settings)).find(({ kind }) => kind === 'Job')?.metadata.name
    const names = [await nameOf(), await nameOf(), await nameOf('image.tag="2"'), await nameOf('topics.partitions=24')]
    expect(new Set(names).size).toBe(3)
    expect(names[1]).toBe(names[0])
  })

  test.for<[name: string, setting: string, complaint: string]>([
    ['no configuration', 'config=null', 'config is empty'],
    ['a misspelt value', 'ingres={}', 'ingres'],
    ['KEDA on parked topics', 'keda.topics=["imchannel.outbound.parked.acme"]', '/keda/topics/0'],
    ['KEDA without brokers', 'keda.enabled=true', 'keda.bootstrapServers'],
    ['a rebalance every minute', 'keda.stabilisationSeconds=60', 'minimum: got 60, want 300'],
    ['a route without a host', 'ingress.route.enabled=true', '/ingress/route/host'],
    ['a stop shorter than the drain', 'terminationGracePeriodSeconds=20', '/terminationGracePeriodSeconds'],
  ])('%s is refused with what is wrong', async ([, setting, complaint], { skip }) => {
    await expect(render(helm(skip), minimal, [setting])).rejects.toThrow(complaint)
  })
})

test('a manifest that is wrong does not pass', async () => {
  const service: Manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { ports: [{ port: 80 }] },
  }
  expect(await schemaProblems(service)).toBeUndefined()
  expect(await schemaProblems({ ...service, spec: { ports: [{ port: 'eighty' }] } })).toContain('port')
  const problems = await unknownMembers([service, { ...service, spec: { ports: [{ port: 80, tragetPort: 80 }] } }])
  expect(problems).toEqual([expect.stringContaining('tragetPort')])
})
