import { createDispatcher as createSound } from '../../../services/dispatcher/src/service.ts'
import type { Dispatcher, DispatcherOptions, DispatcherParts } from '../../../services/dispatcher/src/service.ts'

/** A dispatcher with one part that does not do its work. */
export function breakDispatcher(
  adapt: (parts: DispatcherParts) => Partial<DispatcherParts>,
): (options: DispatcherOptions) => Dispatcher {
  return (options) => createSound({ ...options, adapt: (parts) => ({ ...parts, ...adapt(parts) }) })
}
