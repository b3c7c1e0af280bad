/** The place that a number belongs to. Pure. */

/** Area codes without their 0: all of Shanxi, and the cities with most migration. */
const places: Record<string, string> = {
  349: '朔州',
  350: '忻州',
  351: '太原',
  352: '大同',
  353: '阳泉',
  354: '晋中',
  355: '长治',
  356: '晋城',
  357: '临汾',
  358: '吕梁',
  359: '运城',
  10: '北京',
  20: '广州',
  21: '上海',
  22: '天津',
  23: '重庆',
  24: '沈阳',
  25: '南京',
  27: '武汉',
  28: '成都',
  29: '西安',
  310: '邯郸',
  311: '石家庄',
  312: '保定',
  319: '邢台',
  371: '郑州',
  372: '安阳',
  373: '新乡',
  379: '洛阳',
  391: '焦作',
  411: '大连',
  431: '长春',
  451: '哈尔滨',
  471: '呼和浩特',
  512: '苏州',
  531: '济南',
  532: '青岛',
  551: '合肥',
  571: '杭州',
  574: '宁波',
  591: '福州',
  592: '厦门',
  731: '长沙',
  755: '深圳',
  769: '东莞',
  771: '南宁',
  791: '南昌',
  851: '贵阳',
  871: '昆明',
  898: '海口',
  931: '兰州',
  951: '银川',
  971: '西宁',
  991: '乌鲁木齐',
  891: '拉萨',
}

/**
 * @param number E.164 or a short code; another city's has its area code
 * @param areaCode of the city, e.g. `0355`: where a short code belongs
 * @returns e.g. `长治`, `手机`, `境外`; null when unknown
 */
export function placeOf(number: string | null, areaCode: string): string | null {
  if (number === null) return null
  if (!/^[+0]/.test(number)) return places[areaCode.replace(/^0/, '')] ?? null
  if (!/^(?:\+86|0)/.test(number)) return '境外'
  const national = number.replace(/^(?:\+86|0)/, '')
  if (/^1[3-9]\d{9}$/.test(national)) return '手机'
  return places[national.slice(0, 3)] ?? places[national.slice(0, 2)] ?? null
}
