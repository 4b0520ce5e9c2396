/** Words of PromQL that look like names. */
const words = new Set(
  'sum max min avg count by without on ignoring le rate irate increase histogram_quantile label_values for and or unless'.split(
    ' ',
  ),
)

/** Every metric that the queries of a dashboard (JSON) or of a file of rules (YAML) name. */
export function metricNames(text: string, file: string): string[] {
  const queries = file.endsWith('.json')
    ? [...text.matchAll(/"(?:expr|query)": ("(?:[^"\\]|\\.)*")/g)].map(([, json = '""']) => JSON.parse(json) as string)
    : [...text.matchAll(/^ *expr: (.*)$/gm)].map(([, query = '']) => query)
  return [...new Set(queries.flatMap(namesOf))]
}

function namesOf(query: string): string[] {
  const bare = query
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '')
    .replaceAll(/\blabel_values\(([^,]*),[^)]*\)/g, '$1')
  return (bare.match(/[a-zA-Z_]\w*/g) ?? []).filter((word) => !words.has(word))
}
