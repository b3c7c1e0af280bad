/**
 * The administrative part at the beginning of an address: it covers too many people to reveal a home, and two places
 * are compared without it. Pure. A word that only ends like a region, 菜市场, 小区, 厂区, is part of the place and stays.
 */
const region =
  /^(?:[\u4e00-\u9fa5\s]{2,3}省)?(?:(?:(?!市)[\u4e00-\u9fa5\s]){2,4}(?<![菜超夜集闹])市(?!场))?(?:(?:(?![区县])[\u4e00-\u9fa5\s]){1,4}(?<![小社景园街片校厂库矿辖城])[区县])?/

/** Without province, city and county, as far as they are at the beginning. */
export function withoutRegion(address: string): string {
  return address.replace(region, '')
}
