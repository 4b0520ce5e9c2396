import { parser } from '@prometheus-io/lezer-promql'

/** What a query of Prometheus asks for. */
export interface Query {
  /** As Prometheus is asked it: what Grafana puts in has been put in. */
  readonly text: string
  readonly metrics: readonly string[]
  /** Labels that it groups by or selects with. */
  readonly labels: readonly string[]
}

/** Every query of a dashboard (JSON) or of a file of rules (YAML). @throws for one that is no PromQL */
export function queriesOf(text: string, file: string): Query[] {
  const expressions = file.endsWith('.json')
    ? [...text.matchAll(/"(?:expr|query)": ("(?:[^"\\]|\\.)*")/g)].map(([, json = '""']) => JSON.parse(json) as string)
    : [...text.matchAll(/^ *expr: (.*)$/gm)].map(([, expression = '']) => expression)
  return expressions.map(readQuery)
}

function readQuery(text: string): Query {
  const query = text
    // Grafana's own: the values of a label, and what it puts in before it asks.
    .replace(/^label_values\((.*), (\w+)\)$/, 'count by ($2) ($1)')
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '1h')
    .replaceAll('$tenant', '.*')
  const metrics = new Set<string>()
  const labels = new Set<string>()
  parser.parse(query).iterate({
    enter: ({ name, from, to, type, node }) => {
      if (type.isError) throw new Error(`no PromQL at character ${from}: ${query}`)
      const word = query.slice(from, to)
      if (name === 'LabelName') labels.add(word)
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.add(word)
    },
  })
  return { text: query, metrics: [...metrics], labels: [...labels] }
}
