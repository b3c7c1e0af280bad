import type { RoleName } from './person.ts'

/** A person of the sample data, so that each page can be tried as someone who uses it. */
export interface SamplePerson {
  username: string
  name: string
  role: RoleName
  agentNumber?: string
  unitCode?: string
}

/** Also the first person on a server of the site's own. */
export const firstAdmin: SamplePerson = { username: 'admin', name: '郭建平', role: 'ADMIN' }

export const samplePeople: SamplePerson[] = [
  firstAdmin,
  { username: 'supervisor', name: '王慧敏', role: 'SUPERVISOR' },
  { username: '1001', name: '李晓燕', role: 'AGENT', agentNumber: '1001' },
  { username: '1002', name: '张文静', role: 'AGENT', agentNumber: '1002' },
  { username: '1003', name: '赵国强', role: 'AGENT', agentNumber: '1003' },
  { username: '1004', name: '刘芳', role: 'AGENT', agentNumber: '1004' },
  { username: '1005', name: '陈思远', role: 'AGENT', agentNumber: '1005' },
  { username: '1006', name: '杨丽娜', role: 'AGENT', agentNumber: '1006' },
  { username: 'dispatcher', name: '马志刚', role: 'DISPATCHER' },
  { username: 'follow-up', name: '贾秀英', role: 'CALLBACK' },
  { username: 'rsj', name: '韩雪梅', role: 'CLERK', unitCode: 'rsj' },
  { username: 'cgj', name: '牛海涛', role: 'CLERK', unitCode: 'cgj' },
  { username: 'zjj', name: '申俊杰', role: 'CLERK', unitCode: 'zjj' },
  { username: 'luzhou', name: '秦晓东', role: 'WORKSTATION', unitCode: 'luzhou' },
  { username: 'luzhou-jtj', name: '路建军', role: 'CLERK', unitCode: 'luzhou-jtj' },
  { username: 'overseer', name: '侯建文', role: 'OVERSEER' },
  { username: 'director', name: '崔明远', role: 'DIRECTOR' },
  { username: 'auditor', name: '段玉兰', role: 'AUDITOR' },
]
