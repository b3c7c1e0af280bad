import { z } from 'zod'
import { oneLine } from '../../platform/text/text.ts'

/** Requests and answers of `/api/devices`: the phones of the logged-in person. Pure: types for the page. */

export const deviceView = z
  .object({
    id: z.string().describe('name of the SIP endpoint'),
    kind: z.enum(['BROWSER', 'DESK']),
    label: z.string().nullable(),
    isChosen: z.boolean().describe('this phone rings; without a chosen desk phone the browser does'),
    isReachable: z.boolean().describe('registered at Asterisk now'),
    createdAt: z.number(),
  })
  .meta({ id: 'Device' })

export const deviceList = z.object({ devices: z.array(deviceView) }).meta({ id: 'DeviceList' })

export const newDevice = z
  .object({ label: oneLine(64, '话机名称').describe('e.g. 3 号台 IP 话机') })
  .meta({ id: 'NewDevice' })

/** Shown once: only a digest of the secret is stored. */
export const deviceSecret = z
  .object({
    device: deviceView,
    username: z.string(),
    password: z.string(),
    domain: z.string().describe('address of the SIP server'),
    port: z.number(),
  })
  .meta({ id: 'DeviceSecret' })

export type DeviceView = z.infer<typeof deviceView>
export type DeviceList = z.infer<typeof deviceList>
export type DeviceSecret = z.infer<typeof deviceSecret>
