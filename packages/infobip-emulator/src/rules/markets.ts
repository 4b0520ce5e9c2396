/** Country codes of the European Economic Area, the United Kingdom, Japan and South Korea: WhatsApp caps no marketing there. */
const UNCAPPED =
  '30 31 32 33 34 351 352 353 354 356 357 358 359 36 370 371 372 385 386 39 40 420 421 423 43 44 45 46 47 48 49 81 82'.split(
    ' ',
  )

/** Area codes of the North American plan that are not the United States': Canada, the Caribbean and Bermuda. */
const NOT_UNITED_STATES = new Set(
  (
    '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 474 506 514 519 548 579 581 584 ' +
    '587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942 ' +
    '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876'
  ).split(' '),
)

export function isMarketingUncapped(number: string): boolean {
  return UNCAPPED.some((code) => number.startsWith(code))
}

/** WhatsApp delivers no marketing to numbers of the United States (since 2025-04-01). */
export function isUnitedStates(number: string): boolean {
  return /^1\d{10}$/.test(number) && !NOT_UNITED_STATES.has(number.slice(1, 4))
}
