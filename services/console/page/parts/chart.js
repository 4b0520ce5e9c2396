import { html, nothing, svg } from '../lit.js'
import { countOf, shortOf } from './format.js'

/** Counts of spans of `bucketMs` since `from`, each with its time. */
export const pointsOf = (counts, { from, bucketMs }) =>
  counts.map((count, index) => ({ count, at: Date.parse(from) + index * bucketMs }))

/** Counts over time as bars. What they say in words is the label. */
export function chart(points, { label, bad = false, from, to }) {
  const most = Math.max(1, ...points.map(({ count }) => count))
  const width = 100 / Math.max(1, points.length)
  const all = points.reduce((total, { count }) => total + count, 0)
  return html`<figure class="chart-box">
    <svg
      class=${bad ? 'chart bad' : 'chart'}
      viewBox="0 0 100 40"
      preserveAspectRatio="none"
      role="img"
      aria-label="${label}: ${countOf(all)} in all, at most ${countOf(most)} at a time"
    >
      ${svg`<line x1="0" y1="39.6" x2="100" y2="39.6"></line>`}
      ${points.map(({ count, at }, index) => bar({ count, at, x: index * width, width, most }))}
    </svg>
    ${
      from === undefined
        ? nothing
        : html`<span class="chart-ends"><span>${shortOf(from)}</span><span>${shortOf(to)}</span></span>`
    }
  </figure>`
}

function bar({ count, at, x, width, most }) {
  if (count === 0) return nothing
  const height = Math.max(2, (count / most) * 38)
  return svg`<rect x=${x + width * 0.1} y=${39.2 - height} width=${width * 0.8} height=${height}>
    <title>${shortOf(at)}: ${countOf(count)}</title>
  </rect>`
}
