import type { TicketType, Urgency } from '../../../tickets/life/ticket.ts'

/** What citizens of the sample call about. Names and numbers are invented; the numbers are not assigned. */

export interface SampleMatter {
  type: TicketType
  urgency?: Urgency
  category: string
  /** None: the catalogue then names the city's unit. */
  county?: string
  place: string
  content: string
  wish?: string
  caller: [name: string, phone: string]
  isConfidential?: boolean
  isAnonymous?: boolean
  accused?: string
}

const luzhou = '140403'

export const matters = {
  streetLamps: {
    type: 'HELP',
    category: '030401',
    county: luzhou,
    place: '英雄中路与府后西街路口',
    content: '英雄中路与府后西街路口往南约200米，路灯连续四晚不亮，夜里学生放学看不清路面。',
    wish: '尽快修复，并告知修复时间。',
    caller: ['李国栋', '+8613903550101'],
  },
  manhole: {
    type: 'HELP',
    urgency: 'P2',
    category: '030402',
    county: luzhou,
    place: '太行东街128号门前',
    content: '人行道上井盖碎裂下陷，已有一位老人绊倒，现场没有任何警示标志。',
    wish: '立即围挡并更换井盖。',
    caller: ['郝秀英', '+8613903550102'],
  },
  vendors: {
    type: 'COMPLAINT',
    category: '030101',
    county: luzhou,
    place: '紫金西街菜市场西门',
    content: '每天早上六点起流动商贩占用非机动车道，电动车只能走机动车道，多次反映后几天又回来。',
    caller: ['王𬍛', '+8613903550103'],
  },
  squareDance: {
    type: 'COMPLAINT',
    category: '030104',
    county: luzhou,
    place: '城西路滨河公园',
    content: '广场舞音响从晚上七点响到十点半，家里有中考的孩子，沟通无效。',
    caller: ['赵敏', '+8613903550104'],
  },
  rubbish: {
    type: 'HELP',
    category: '030201',
    county: luzhou,
    place: '解放东街老干局家属院',
    content: '院门口垃圾箱三天没有清运，已经堆到路上，异味很大。',
    caller: ['刘桂兰', '+8613903550105'],
  },
  sewer: {
    type: 'HELP',
    urgency: 'P2',
    category: '030404',
    county: luzhou,
    place: '延安中路建行家属楼2单元',
    content: '下水道堵塞，污水从一楼住户卫生间返上来，整栋楼不敢用水。',
    caller: ['申建军', '+8613903550106'],
  },
  ringRoad: {
    type: 'HELP',
    category: '030403',
    place: '北外环与长邯高速连接线下穿处',
    content: '下穿通道排水泵好像没有开，昨晚一场雪化了以后积水三十多公分，小车熄火两辆。',
    wish: '安排排水，并检查泵站。',
    caller: ['牛志远', '+8613903550107'],
  },
  billboard: {
    type: 'COMPLAINT',
    category: '030103',
    place: '市区各公交站亭',
    content:
      '多处公交站亭的大型电子广告夜间亮度过高，正对住户窗户，影响休息，要求按照城市照明管理规定调整亮度和关闭时间。',
    caller: ['崔晓东', '+8613903550108'],
  },
  handrail: {
    type: 'HELP',
    category: '030502',
    place: '滨河公园石子河段',
    content: '公园木栈道北侧栏杆有两处松动，孩子常在那里玩，担心掉下去。',
    caller: ['原春梅', '+8613903550131'],
  },
  parkToilet: {
    type: 'SUGGEST',
    category: '030202',
    place: '体育公园',
    content: '建议体育公园南门增设公共厕所，周末人多，老人和孩子要走十几分钟。',
    caller: ['韩素珍', '+8613903550109'],
  },
  cityTrees: {
    type: 'HELP',
    category: '030501',
    place: '长兴中路沿线',
    content: '行道树枯枝较多，大风天有断枝砸到停放的车辆。',
    caller: ['苗东升', '+8613903550110'],
  },
  wages: {
    type: 'COMPLAINT',
    category: '070102',
    place: '高新区某产业园二期项目',
    content: '我们班组23人去年冬天干完活，劳务公司拖欠工资共计31.6万元，多次承诺后仍未支付，快过年了等钱用。',
    wish: '督促支付，并告知处理进展。',
    caller: ['杨保田', '+8613903550111'],
  },
  pension: {
    type: 'CONSULT',
    category: '070201',
    place: '',
    content: '灵活就业人员今年满60岁，缴费差两年八个月，想问能不能一次性补缴，还是只能延长缴费。',
    caller: ['马秀云', '+8613903550112'],
  },
  injury: {
    type: 'HELP',
    category: '070202',
    place: '',
    content: '工伤认定申请交上去两个多月没有结论，窗口说在等单位盖章，单位已经注销。',
    wish: '告知下一步怎么办。',
    caller: ['秦爱国', '+8613903550113'],
  },
  training: {
    type: 'SUGGEST',
    category: '070301',
    place: '',
    content: '建议把家政和养老护理的免费培训安排在周末，上班的人也能参加。',
    caller: ['路红霞', '+8613903550114'],
  },
  unemployment: {
    type: 'HELP',
    category: '070203',
    place: '',
    content: '失业金申请显示审核通过，但已经两个月没有到账。',
    caller: ['冯涛', '+8613903550115'],
  },
  dust: {
    type: 'COMPLAINT',
    category: '010101',
    place: '滨河城上城三期工地',
    content: '工地土方没有覆盖，渣土车出场不冲洗，整条路都是灰，窗户不敢开。',
    caller: ['张海霞', '+8613903550116'],
  },
  lateFlat: {
    type: 'COMPLAINT',
    category: '020201',
    place: '某小区一期',
    content: '合同约定去年12月交房，到现在电梯和消防都没有验收，开发商只说再等等，一百多户业主都在租房住。',
    wish: '给出明确的交房时间，并说明逾期违约金如何支付。',
    caller: ['郭丽萍', '+8613903550117'],
  },
  lift: {
    type: 'CONSULT',
    category: '010303',
    place: '',
    content: '老旧小区加装电梯需要多少户同意，补贴标准是多少，到哪里申请。',
    caller: ['原志刚', '+8613903550118'],
  },
  bribery: {
    type: 'REPORT',
    category: '020103',
    place: '某小区',
    content: '举报业委会成员私自签订停车场承包合同，收入没有公示。',
    accused: '某小区业委会',
    caller: ['薛平', '+8613903550119'],
    isConfidential: true,
  },
  cracks: {
    type: 'COMPLAINT',
    category: '020202',
    place: '某小区7号楼',
    content: '入住半年，客厅和卧室墙面出现十几条裂缝，最长的约1.5米，物业和开发商互相推诿。',
    caller: ['常永红', '+8613903550120'],
  },
  coldFlat: {
    type: 'HELP',
    urgency: 'P2',
    category: '040201',
    county: luzhou,
    place: '惠丰街道机关小区3号楼',
    content: '供暖以来室温一直在14度左右，家里有不满周岁的孩子，热力公司来看过一次没有下文。',
    wish: '室温达到18度。',
    caller: ['梁文静', '+8613903550121'],
  },
  gasSmell: {
    type: 'HELP',
    urgency: 'P1',
    category: '040302',
    county: luzhou,
    place: '西大街电力小区5号楼楼道',
    content: '楼道里煤气味很重，住户已经下楼，燃气公司电话占线。',
    caller: ['师建华', '+8613903550122'],
  },
  parking: {
    type: 'HELP',
    category: '060101',
    county: luzhou,
    place: '实验小学东门',
    content: '放学时段两侧违停，消防通道堵死，请安排执勤。',
    caller: ['宋玉芳', '+8613903550123'],
  },
  praise: {
    type: 'PRAISE',
    category: '030203',
    county: luzhou,
    place: '英雄南路',
    content: '下雪当晚环卫工人凌晨三点就上路清雪，早高峰路面已经干净，特来电表扬。',
    caller: ['贾慧', '+8613903550124'],
  },
  parcel: {
    type: 'OTHER',
    category: '200102',
    place: '',
    content: '想反映一件事，不知道归哪个部门：外地亲戚寄来的包裹被快递公司送到废弃的村委会院里，找不到人负责。',
    caller: ['暴海生', '+8613903550125'],
  },
  twoCounties: {
    type: 'HELP',
    category: '200102',
    place: '潞州区与上党区交界的无名路',
    content: '两区交界处一段路坑洼，两边都说不归自己管。',
    wish: '明确由谁养护。',
    caller: ['靳卫东', '+8613903550126'],
  },
  nonsense: {
    type: 'OTHER',
    category: '200101',
    place: '',
    content: '来电人反复询问彩票号码，无实质诉求。',
    caller: ['未留姓名', '+8613903550127'],
    isAnonymous: true,
  },
  hours: {
    type: 'CONSULT',
    category: '070204',
    place: '',
    content: '政务大厅社保窗口周六上不上班，补办社保卡要带什么。',
    caller: ['任素芳', '+8613903550128'],
  },
} as const satisfies Record<string, SampleMatter>

export type MatterName = keyof typeof matters
