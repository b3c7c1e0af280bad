import { hash, verify } from '@node-rs/argon2'

/** argon2id with the library's parameters (19 MiB, 2 passes), as OWASP advises. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

let decoy: Promise<string> | null = null

/**
 * Takes equally long for existing and unknown users, so that names cannot be probed.
 * @param passwordHash null for an unknown user, empty for one who has not set a password yet
 */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hash('nobody has this password')
  const isSet = passwordHash !== null && passwordHash !== ''
  const isRight = await verify(isSet ? passwordHash : await decoy, password)
  return isRight && isSet
}
