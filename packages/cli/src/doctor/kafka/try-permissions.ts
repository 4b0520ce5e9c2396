import { isPermitted, type KafkaClient, type Permission } from '@imchannel/kafka'
import type { Config } from '@imchannel/config'
import { messageOf } from '../../session/failure.ts'
import { type Finding, findingsOf } from '../finding.ts'
import { aclText, neededPermissions } from './needed-permissions.ts'

const { ok, warning, untried } = findingsOf('kafka')

/** Which services could run as this user? Asked of the topics of the configuration, by requests that change nothing. */
export async function tryPermissions(client: KafkaClient, config: Config): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [service, permissions] of Object.entries(neededPermissions(config))) {
    const missing: Permission[] = []
    try {
      for (const permission of permissions) if (!(await isPermitted(client, permission))) missing.push(permission)
    } catch (error) {
      findings.push(untried(`What ${service} may do: ${messageOf(error)}.`, 'Run it again with --verbose.'))
      continue
    }
    findings.push(
      missing.length === 0
        ? ok(`This user may do all that ${service} needs.`)
        : warning(
            `This user may not do what ${service} needs: ${missing.map(aclText).join(', ')}.`,
            `If ${service} runs as this user, grant it; docs/operations.md has the lines for kafka-acls.sh. Else run this as its user.`,
          ),
    )
  }
  return findings
}
