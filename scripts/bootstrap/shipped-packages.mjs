/** What images are made of; each brings what it depends on. The Dockerfile installs the same. */
const SHIPPED = ['ingress', 'dispatcher', 'media-server', 'console', 'infobip-emulator', 'cli', 'echo-bot']

/** pnpm's options that select them with their dependencies in production. */
export const SHIPPED_FILTERS = SHIPPED.flatMap((name) => ['--filter-prod', `@imchannel/${name}...`])
