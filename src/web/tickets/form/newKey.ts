/** Key of a request that must be done once. `crypto.randomUUID` needs TLS; a site may begin without. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')
}
