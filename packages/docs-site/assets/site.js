// Search and the choice of a version; classic scripts, since a page that is opened as a file may load no others.
const root = document.body.dataset.root
const input = document.getElementById('search')
const found = document.getElementById('found')
const index = MiniSearch.loadJSON(window.searchIndex, window.searchOptions)

function show() {
  const hits =
    input.value.trim() === ''
      ? []
      : index.search(input.value, { prefix: true, fuzzy: 0.2, boost: { title: 3, heading: 2 } })
  found.replaceChildren(
    ...hits.slice(0, 12).map(({ title, heading, target }) => {
      const link = document.createElement('a')
      link.href = `${root}/${target.replace(/#$/, '')}`
      link.textContent = heading === '' || heading === title ? title : `${title}: ${heading}`
      const item = document.createElement('li')
      item.append(link)
      return item
    }),
  )
  if (hits.length === 0 && input.value.trim() !== '') found.textContent = 'Nothing found.'
  found.hidden = input.value.trim() === ''
}

input.addEventListener('input', show)
input.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') found.querySelector('a')?.click()
  if (event.key === 'Escape') {
    input.value = ''
    show()
  }
})
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault()
    input.focus()
  }
})

const versions = document.getElementById('versions')
const current = document.body.dataset.version
versions.replaceChildren(
  ...(window.versions ?? [current]).map((version) => new Option(version, version, false, version === current)),
)
versions.addEventListener('change', () => {
  location.href = `${root}/../${versions.value}/index.html`
})
