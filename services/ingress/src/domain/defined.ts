/** The object without its undefined members: absent and undefined must not differ in what is published. */
export function defined<T extends object>(value: T): T {
  const entries = Object.entries(value)
  // Only members that are optional can have been undefined.
  return entries.every(([, member]) => member !== undefined)
    ? value
    : (Object.fromEntries(entries.filter(([, member]) => member !== undefined)) as T)
}
