/** Says something to everybody: in a line at the foot of the page, which a screen reader reads out. */
export function announce(text) {
  const place = document.querySelector('#said')
  if (place === null) return
  place.textContent = text
  place.classList.add('shown')
  clearTimeout(announce.timer)
  announce.timer = setTimeout(() => place.classList.remove('shown'), 4_000)
}
