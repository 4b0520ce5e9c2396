import { expect, it } from 'vitest'
import { queriesOf } from './promql.ts'

it('names the metrics and labels of a query, and not its functions', () => {
  const rule = `  expr: histogram_quantile(0.99, sum by (le) (rate(a_bucket{tenant="$t"}[5m]))) > on (x) b`
  expect(queriesOf(rule, 'rules.yml')).toEqual([
    { text: rule.slice('  expr: '.length), metrics: ['a_bucket', 'b'], labels: ['le', 'tenant', 'x'] },
  ])
  expect(
    queriesOf('{ "query": "label_values(a, tenant)", "expr": "rate(b[$__rate_interval])" }', 'x.json'),
  ).toMatchObject([
    { metrics: ['a'], labels: ['tenant'] },
    { metrics: ['b'], labels: [] },
  ])
})

it.each(['sum(rate(a[5m])', 'sum by le (a)', 'a{tenant=acme}', 'rate(a[5 minutes])'])('refuses %s', (query) => {
  expect(() => queriesOf(`expr: ${query}`, 'rules.yml')).toThrow('no PromQL')
})
