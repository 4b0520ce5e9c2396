import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './checkout.mjs'

const ASK_MS = 30_000
/** The largest image has some 500 MB. */
const PULL_MS = 180_000
const BUILD_MS = 600_000

/**
 * What stands in the way of building our images and running them with docker-compose.yml; undefined where nothing does.
 * @returns {string | undefined}
 */
export function dockerObstacle() {
  for (const args of [['version'], ['compose', 'version']]) {
    const failure = docker(args, ASK_MS)
    if (failure !== undefined) return `docker ${args.join(' ')} ${failure}`
  }
  for (const image of baseImages()) {
    if (docker(['image', 'inspect', image], ASK_MS) === undefined) continue
    const failure = docker(['pull', '--quiet', image], PULL_MS)
    if (failure !== undefined) return `docker pull ${image} ${failure}`
  }
  return undefined
}

/**
 * Builds every image, its output shown where it fails.
 * @returns {boolean} whether it succeeded
 */
export function buildImages() {
  const result = spawnSync('docker', ['compose', '--profile', 'tools', 'build'], {
    cwd: checkout,
    encoding: 'utf8',
    timeout: BUILD_MS,
  })
  if (result.status === 0) return true
  process.stderr.write(`${result.stdout}${result.stderr}${result.error?.message ?? ''}\n`)
  return false
}

/**
 * Takes away what a run left behind that was ended before its end: containers, and the compose project of infra/trial.
 * @param {string} run
 */
export function removeTraces(run) {
  const list = ['ps', '--all', '--quiet', '--filter', `label=imchannel.test-run=${run}`]
  const { stdout } = spawnSync('docker', list, { encoding: 'utf8', timeout: ASK_MS })
  const ids = (stdout ?? '').split('\n').filter((id) => id !== '')
  if (ids.length > 0) docker(['rm', '--force', '--volumes', ...ids], ASK_MS)
  docker(['compose', '--project-name', `imchannel-trial-${run}`, 'down', '--volumes', '--timeout', '1'], ASK_MS)
}

/** The images that are pulled rather than built. */
function baseImages() {
  const dockerfile = readFileSync(join(checkout, 'infra/docker/Dockerfile'), 'utf8')
  const compose = readFileSync(join(checkout, 'docker-compose.yml'), 'utf8')
  const [, node = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile) ?? []
  const started = ['kafka', 'redis', 'jaeger'].map((service) => {
    const [, image = ''] = new RegExp(`^  ${service}:\\n    image: (\\S+)$`, 'm').exec(compose) ?? []
    return image
  })
  return [node, ...started]
}

/**
 * @param {string[]} args
 * @param {number} timeout
 * @returns {string | undefined} how it failed
 */
function docker(args, timeout) {
  const { status, stderr, error } = spawnSync('docker', args, { encoding: 'utf8', timeout })
  if (status === 0) return undefined
  return `failed: ${(stderr || error?.message || `exit code ${status}`).trim().split('\n').slice(-1)[0]}`
}
