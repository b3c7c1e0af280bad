/** Pages of 权责, in their order. */
export const tabs = [
  { path: '/catalogue/rules', title: '权责清单' },
  { path: '/catalogue/review', title: '缺口与冲突' },
]
