/** Units that handle tickets. Pure: the web page imports this file too. Source: running rules; domain model 9. */

/** HOTLINE is the centre itself; PROVINCE stands for the provincial platform, where cross-city matters go. */
export const unitKinds = ['HOTLINE', 'CITY', 'WORKSTATION', 'COUNTY', 'GROUP', 'COMPANY', 'PROVINCE'] as const
export type UnitKind = (typeof unitKinds)[number]

/** Results count in the assessment, or are shown to the public instead. Source: running rules, 绩效管理. */
export const assessClasses = ['ASSESSED', 'PUBLISHED'] as const
export type AssessClass = (typeof assessClasses)[number]
