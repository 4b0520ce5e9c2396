import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '@imchannel/local-stack'
import type { Stage } from '../stage.ts'
import type { Contender } from './contender.ts'
import { runProcess } from './run-process.ts'

const folder = join(checkout, 'bench/peers/spring')

/** What a Java team would take: Spring Boot 4.1 with starter-webmvc and starter-kafka. */
export const spring: Contender = {
  name: 'Spring Boot 4.1',
  async prepare() {
    try {
      await promisify(execFile)('mvn', ['-q', '-B', '-DskipTests', 'package'], { cwd: folder })
      return undefined
    } catch (error) {
      return { absent: `mvn package: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` }
    }
  },
  startIngress: (stage, prefix) => start(stage, { PREFIX: prefix }),
  startDispatcher: (stage, prefix, provider) => start(stage, { PREFIX: prefix, PROVIDER: provider, DISPATCH: 'true' }),
}

function start(stage: Stage, env: NodeJS.ProcessEnv) {
  return runProcess(stage, 'spring', {
    command: 'java',
    args: () => ['-Xmx512m', '-jar', join(folder, 'target/spring-gateway.jar')],
    env: (port) => ({ PORT: String(port), KAFKA_BROKERS: stage.brokers.join(','), ...env }),
    readyPath: '/',
  })
}
