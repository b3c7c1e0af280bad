import type { Random } from './random.ts'

/** Names of people and places as they are in Changzhi. Of no real person: the numbers are not assigned. Pure. */

type Some = readonly [string, ...string[]]

/** Townships and streets by county. Source: census of 2020; shortened where a county has many. */
const townships: Record<string, Some> = {
  140403: [
    '东街街道',
    '西街街道',
    '英雄南路街道',
    '英雄中路街道',
    '紫金街道',
    '太行东街街道',
    '太行西街街道',
    '延安南路街道',
    '常青街道',
    '五马街道',
    '长北街道',
    '故县街道',
    '堠北庄街道',
    '老顶山镇',
    '马厂镇',
    '黄碾镇',
  ],
  140404: ['韩店街道', '苏店镇', '荫城镇', '西火镇', '八义镇', '郝家庄镇', '贾掌镇'],
  140405: ['麟绛街道', '上村镇', '渔泽镇', '余吾镇', '吾元镇', '张店镇', '丰宜镇'],
  140406: ['潞华街道', '成家川街道', '店上镇', '微子镇', '辛安泉镇', '翟店镇'],
  140423: ['古韩镇', '王桥镇', '侯堡镇', '夏店镇', '虒亭镇', '西营镇', '下良镇'],
  140425: ['青羊镇', '龙溪镇', '石城镇', '苗庄镇', '杏城镇'],
  140426: ['黎侯镇', '东阳关镇', '上遥镇', '西井镇', '黄崖洞镇'],
  140427: ['龙泉镇', '百尺镇', '店上镇', '晋庄镇', '树掌镇', '集店镇'],
  140428: ['丹朱镇', '鲍店镇', '石哲镇', '大堡头镇', '慈林镇', '南漳镇', '色头镇'],
  140429: ['丰州镇', '洪水镇', '蟠龙镇', '监漳镇', '故城镇'],
  140430: ['定昌镇', '郭村镇', '故县镇', '新店镇', '漳源镇'],
  140431: ['沁河镇', '郭道镇', '灵空山镇', '王和镇', '李元镇'],
  '1404GX': ['捉马村社区', '华丰社区', '保宁门社区'],
  '1404JK': ['北董社区', '漳泽社区', '安居社区'],
}
const anywhere: Some = ['城关街道', '东关社区', '西关社区']

const roads: Some = [
  '英雄路',
  '解放路',
  '长兴路',
  '太行街',
  '延安路',
  '府后街',
  '威远门路',
  '城东路',
  '城西路',
  '捉马街',
  '紫金街',
  '保宁门街',
  '东大街',
  '西大街',
  '新建街',
  '站前路',
  '迎宾街',
  '潞阳门路',
  '建设路',
  '人民路',
  '学府街',
  '滨河路',
]
const estates: Some = [
  '惠丰小区',
  '金威花园',
  '东方豪庭',
  '康居苑',
  '御景名都',
  '书香苑',
  '阳光花园',
  '祥瑞家园',
  '和谐小区',
  '锦绣城',
  '潞安家属院',
  '淮海厂家属区',
  '滨河湾',
  '紫坊新村',
  '八一小区',
  '怡景苑',
  '丽水华庭',
  '天晚集商住楼',
]
const villages: Some = [
  '南垂村',
  '北庄村',
  '小河村',
  '上村',
  '下村',
  '东坡村',
  '西沟村',
  '南寨村',
  '石坡村',
  '王家庄村',
  '李庄村',
  '枣园村',
  '河西村',
  '河神庙村',
  '寺底村',
  '岭上村',
]

/** Where it is, in a caller's words; and the township that it is in. */
export function placeIn(countyCode: string, random: Random): { township: string; place: string } {
  const township = random.pick(townships[countyCode] ?? anywhere)
  const kind = random.next()
  const village = /[镇乡]$/.test(township) && random.chance(0.7)
  const place = village
    ? `${random.pick(villages)}${1 + random.below(8)}组`
    : kind < 0.5
      ? `${random.pick(estates)}${1 + random.below(28)}号楼${1 + random.below(6)}单元`
      : kind < 0.8
        ? `${random.pick(roads)}与${random.pick(roads)}交叉口`
        : `${random.pick(roads)}${1 + random.below(399)}号`
  return { township, place }
}

const surnames: Some = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '郭',
  '申',
  '牛',
  '韩',
  '崔',
  '段',
  '马',
  '冯',
  '郝',
  '程',
  '秦',
  '武',
  '魏',
  '常',
  '路',
  '原',
  '栗',
  '连',
  '宋',
  '靳',
  '暴',
  '苗',
  '和',
]
const firstOf: Some = [
  '建',
  '志',
  '国',
  '晓',
  '文',
  '丽',
  '秀',
  '慧',
  '俊',
  '海',
  '玉',
  '明',
  '思',
  '雪',
  '永',
  '春',
  '红',
  '爱',
  '小',
  '向',
  '子',
  '雨',
  '欣',
  '浩',
  '宏',
]
const secondOf: Some = [
  '平',
  '强',
  '芳',
  '燕',
  '静',
  '梅',
  '兰',
  '英',
  '杰',
  '涛',
  '娜',
  '军',
  '伟',
  '敏',
  '红',
  '霞',
  '峰',
  '华',
  '远',
  '林',
  '萍',
  '龙',
  '瑞',
  '涵',
  '轩',
  '',
]

export function nameOf(random: Random): string {
  return `${random.pick(surnames)}${random.pick(firstOf)}${random.pick(secondOf)}`
}

/**
 * The number of the n-th citizen. 154 is assigned to no mobile network, and no local number of the city begins with 1:
 * a callback never reaches a stranger.
 */
export function phoneOf(citizen: number): string {
  const scattered = (citizen * 48_271 + 7) % 100_000_000
  return citizen % 12 === 5
    ? `+863551${String(scattered % 1_000_000).padStart(6, '0')}`
    : `+86154${String(scattered).padStart(8, '0')}`
}
