const NAMES = new Set([
  'ReplyError',
  'ReplicasMissing',
  'LedgerRefused',
  'MaxRetriesPerRequestError',
  'ClusterAllFailedError',
  'AbortError',
])

/** Whether Redis said no (full, read-only, failing over) or broke off: that passes, and is no bug of the command's handling. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof Error && (NAMES.has(error.name) || error.message === 'Connection is closed.')
}
