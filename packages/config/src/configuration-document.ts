export function configurationDocument(): string {
  return ''
}
