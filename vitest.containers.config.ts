import { defineConfig } from 'vitest/config'
import { IMAGE_TESTS, INTEGRATION_SUITE } from './scripts/bootstrap/integration-suite.mjs'
import { integration, shared } from './vitest.config.ts'

/** What runs with images: `npm run test:containers`. */
export default defineConfig({
  test: {
    ...shared,
    ...integration,
    // Containers are made and images built beside them.
    maxWorkers: 2,
    include: [...INTEGRATION_SUITE, ...IMAGE_TESTS],
    exclude: ['**/node_modules/**'],
  },
})
