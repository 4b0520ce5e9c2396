import { noRoute } from '../../../services/dispatcher/src/engine/no-route.ts'
import { resolveUnknown as resolveSoundly } from '../../../services/dispatcher/src/engine/resolve-unknown.ts'

export * from '../../../services/dispatcher/src/engine/resolve-unknown.ts'

/** Whoever has no account any more is told so, whatever was sent by it before. */
export const resolveUnknown: typeof resolveSoundly = async (deps, work, doubt) => {
  if (doubt.route !== undefined) return resolveSoundly(deps, work, doubt)
  const error = noRoute(deps.accounts, work.command)
  const handled = await deps.conclusions.conclude(work, { how: 'rejected', at: Date.now(), error }, doubt.entry.tries)
  return handled === 'again' ? { kind: 'look' } : { kind: 'handled', handled }
}
