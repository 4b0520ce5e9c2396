// Asks the process in this container whether it lives: exit 0 or 1. Where it listens is said by the environment or by the configuration;
// whether it serves TLS does not matter, nor for which name its certificate is: nobody else listens on this loopback interface.
import { readFileSync } from 'node:fs'
import { request as askHttp } from 'node:http'
import { request as askHttps } from 'node:https'

const TIMEOUT_MS = 3_000
const { HEALTH_PORT, ADMIN_PORT, PORT, IMCHANNEL_CONFIG } = process.env

/** @param {string} setting */
function ofFile(setting) {
  try {
    const text = readFileSync(IMCHANNEL_CONFIG || 'imchannel.yaml', 'utf8')
    const [, value = ''] =
      new RegExp(`^[\\s{,]*["']?${setting}["']?\\s*:\\s*["']?(\\d+|\\$\\{\\w+\\})`, 'm').exec(text) ?? []
    return value.startsWith('${') ? process.env[value.slice(2, -1)] : value
  } catch {
    return undefined
  }
}

/**
 * @param {typeof askHttp} ask
 * @param {string | undefined} port
 * @returns {Promise<boolean>}
 */
function lives(ask, port) {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/livez',
      timeout: TIMEOUT_MS,
      rejectUnauthorized: false,
      agent: false,
    }
    const request = ask(options, (response) => {
      response.resume()
      if (response.statusCode === 200) resolve(true)
      else reject(new Error(String(response.statusCode)))
    })
    request
      .once('timeout', () => request.destroy(new Error('no answer')))
      .once('error', reject)
      .end()
  })
}

const port = HEALTH_PORT || ADMIN_PORT || ofFile('adminPort') || PORT || ofFile('port')
const asked = [lives(askHttp, port), lives(askHttps, port)]
process.exit(
  await Promise.any(asked).then(
    () => 0,
    () => 1,
  ),
)
