export {}
export function setup(): void {}
