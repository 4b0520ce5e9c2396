/** A package as npm gets it. */
export interface PublishedPackage {
  /** Folder below `packages/`. */
  readonly folder: string
  /** Files and folders of the package that go along, besides `dist`, `README.md` and `LICENSE`. */
  readonly files: readonly string[]
  /** Files of the workspace that the package needs outside a checkout: path in the checkout → path in the package. */
  readonly copies?: Readonly<Record<string, string>>
  /**
   * Internal packages that travel inside this one (`bundleDependencies`): they have no public contract. Their dependencies
   * become this package's.
   */
  readonly bundles?: readonly string[]
  /** Compiled where it has TypeScript; a package of plain files is taken as it is. */
  readonly compiled: boolean
}

/** In the order in which they are built: each after what it depends on. */
export const publishedPackages: readonly PublishedPackage[] = [
  { folder: 'events', files: ['generated'], compiled: true },
  { folder: 'kafka', files: [], compiled: true },
  { folder: 'infobip-emulator', files: ['page', 'scenarios', 'docs', 'recipes'], compiled: true },
  { folder: 'bot', files: [], compiled: true },
  {
    folder: 'cli',
    files: [],
    copies: { 'infra/demo/imchannel.yaml': 'demo/imchannel.yaml' },
    bundles: [
      'ssrf-guard',
      'infobip',
      'costs',
      'facts',
      'config',
      'redis',
      'fact-store',
      'ledger',
      'dead-letters',
      'media-store',
      'telemetry',
    ],
    compiled: true,
  },
  { folder: 'create-imchannel-bot', files: ['template'], compiled: true },
]
