import {
  ROOT_CONTEXT,
  context as otel,
  propagation,
  type Context,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api'

type Headers = Readonly<Record<string, Buffer | string | undefined>>

const setter: TextMapSetter<Record<string, string | Buffer>> = {
  set: (headers, name, value) => {
    headers[name] = value
  },
}

const getter: TextMapGetter<Headers> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name]?.toString(),
}

/** The headers with `traceparent` (and `tracestate`) of the context, by the propagator in force; without one, as they were. */
export function injectTrace<T extends Record<string, string | Buffer>>(
  headers: T,
  context: Context = otel.active(),
): T {
  const traced: Record<string, string | Buffer> = { ...headers }
  propagation.inject(context, traced, setter)
  // Only header names were added.
  return traced as T
}

/** The context that a record's headers carry, on top of `base`. */
export function extractTrace(headers: Headers, base: Context = ROOT_CONTEXT): Context {
  return propagation.extract(base, headers, getter)
}
