import { z } from 'zod'
import { pageQuery } from '../../platform/web/paging.ts'

/** How a citizen was told. */
export const toldBy = ['SMS', 'PHONE'] as const

export const untoldQuery = z.object(pageQuery())
