import type * as Signer from 'aws-msk-iam-sasl-signer-js'

/** Who signs in at Amazon MSK by IAM. */
export interface MskIdentity {
  /** Of the cluster. */
  region: string
  /** Taken on first (`sts:AssumeRole`); by default what AWS's chain of credentials finds is used as it is. */
  roleArn?: string
}

const SIGNER = 'aws-msk-iam-sasl-signer-js'

/**
 * Makes a token for OAUTHBEARER by AWS's own signer: a signed URL of the action `kafka-cluster:Connect`, good for some minutes. The
 * credentials come from AWS's chain (environment, web identity, containers, instances), which takes new ones in time.
 *
 * @throws Error where the signer is not installed, or finds no credentials.
 */
export async function makeMskToken({ region, roleArn }: MskIdentity): Promise<string> {
  const { generateAuthToken, generateAuthTokenFromRole } = await loadSigner()
  const made =
    roleArn === undefined
      ? generateAuthToken({ region })
      : generateAuthTokenFromRole({ region, awsRoleArn: roleArn, awsRoleSessionName: 'imchannel' })
  return (await made).token
}

// 29 MB of AWS that only clusters at AWS need: published packages leave it to who has one.
async function loadSigner(): Promise<Pick<typeof Signer, 'generateAuthToken' | 'generateAuthTokenFromRole'>> {
  try {
    return await import('aws-msk-iam-sasl-signer-js')
  } catch (error) {
    throw new Error(`signing in at MSK by IAM needs the package ${SIGNER}: install it beside this one`, {
      cause: error,
    })
  }
}
