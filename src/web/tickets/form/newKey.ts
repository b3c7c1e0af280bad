/** Of a request that is to be done once. `crypto.randomUUID` is for pages over TLS only; a site may begin without. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')
}
