// The cheapest that counting can be: a look-up by the labels' values. What the services used before docs/decisions/0017.

export function createTally(labels) {
  const counts = new Map()
  return (count, values) => {
    const key = values.join('\n')
    const known = counts.get(key)
    if (known !== undefined) known.count += count
    else counts.set(key, { attributes: attributesOf(labels, values), count })
  }
}

export function createTimings(labels, boundaries) {
  const all = new Map()
  return (value, values) => {
    const key = values.join('\n')
    let series = all.get(key)
    if (series === undefined) {
      series = {
        attributes: attributesOf(labels, values),
        counts: Array(boundaries.length + 1).fill(0),
        sum: 0,
        count: 0,
      }
      all.set(key, series)
    }
    let bucket = 0
    while (bucket < boundaries.length && value > boundaries[bucket]) bucket++
    series.counts[bucket]++
    series.sum += value
    series.count++
  }
}

function attributesOf(labels, values) {
  return Object.fromEntries(labels.map((label, at) => [label, values[at]]))
}
