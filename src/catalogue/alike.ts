/**
 * Words that callers use for the same thing, in the speech of Shanxi too. Pure.
 *
 * If a matter's words contain `孩子+打`, 娃叫人家揍了 matches as well, so a pair is written once, with any word of its line. A
 * word is in one line only. A line may contain words of one character for the pairs that are written with them; such a
 * word has no synonyms itself, because it is part of too many others.
 */
const lines = [
  // People.
  '孩子 娃 娃娃 小孩 孩儿 小孩子 儿子 女儿 闺女 孙子 孙女 小家伙 小朋友',
  '老人 老汉 老年人 老太太 老爷子 老婆婆 大爷 大娘 爷爷 奶奶 老妈 老父亲 老母亲 老两口 我爸 我妈 我爹 我娘 老伴',
  '学生 学生娃 中学生 小学生 同学',
  '邻居 隔壁 对门 邻家 街坊 邻里 前院 后院 东院 西院',
  '老板 单位 公司 厂里 厂子 企业 领导 工头 包工头 东家 店家',
  '大夫 医生 护士 医师 护士站 护士长',
  '村干部 村委 村委会 村长 村主任 支书 书记 大队 村支书 村里',
  '开发商 房地产公司 地产商 售楼部 售楼处 房开',
  // Places.
  '工地 施工 盖楼 建楼 施工队 盖房 动工 在建 建筑队',
  '厂 工厂 加工厂 车间 作坊 厂房',
  '饭店 饭馆 餐馆 餐厅 面馆 火锅店 烧烤店 烧烤摊 小吃店 酒楼 快餐 饭铺 早餐店',
  '医院 卫生院 诊所 门诊 卫生所 急诊 病房 二院 人民医院',
  '学校 中学 小学 初中 高中 校方 一中 二中 实验小学',
  '路 马路 街 道 巷 胡同 油路 柏油路',
  '村 乡 镇 庄 组里 屯',
  '小区 院里 家属院 我们院 楼院 大院',
  '楼道 楼梯 楼梯间 过道 走廊 单元 楼门',
  '家里 屋里 家 屋 房间 客厅 卧室',
  '河 河道 河沟 河滩 河里 河边 汾河 漳河 沁河 桑干河',
  // Things.
  '水管 管子 管道 水管子 总管 主管',
  '燃气 天然气 煤气 管道气 液化气',
  '暖气 供暖 供热 暖气片 地暖 暖',
  '垃圾 脏东西 废品 破烂 杂物 脏土',
  '大车 货车 卡车 半挂 拉煤车 罐车 渣土车 重车 大货车 后八轮',
  '电动车 电瓶车 电摩 电车 电动三轮 电动自行车 电驴',
  '狗 犬 狼狗 大狗 狗狗 大黄 藏獒 泰迪 小狗',
  '钱 款 费 费用 块钱 万块 一分 万元 千块 百块 票子',
  '证 本本 证件 证书 手续 执照',
  // What is wrong.
  '坏 失灵 不灵 不好使 毛病 故障 不能用 用不成 用不了 损坏 破损 烂 破',
  '不亮 不着 灭 黑 不明 瞎着 没亮',
  '修 维修 检修 修理 抢修 拾掇 修补',
  '没人管 没人理 不管 没人处理 没人过问 不闻不问 不理 没人问',
  '吵 闹 噪音 噪声 聒 响 轰隆 震 动静 嗡嗡 扰民 吵闹 叮叮咣咣 聒噪',
  '臭 味 难闻 恶臭 熏 呛 气味 刺鼻 腥 臭气 怪味',
  '冷 凉 冰 冻 冰凉 冷得 不暖和',
  '漏 渗 洇 滴 淌 渗水 漏水',
  '堵 塞 堵死 不通 淤 堵住 堵塞',
  '冒 溢 涌 返 喷 往上冒 往外冒 漫',
  '裂 裂缝 开裂 开缝 裂口 缝子',
  '倒 倾倒 扔 乱扔',
  '堆 摞 堆放 堆着 摆满 码着 占满',
  '脏 不干净 不卫生 恶心 邋遢 乱糟糟',
  '慢 磨蹭 拖拉 迟迟',
  '贵 高 涨 涨价 太贵 死贵',
  '挡 遮 挡住 遮住 挡严',
  // What people do.
  '打 揍 扇 踢 欺负 拧 掐 捶 动手 打骂 耳光 巴掌',
  '骂 吼 训 凶 数落 嚷',
  '退 返还 退还 退款 退钱 退回',
  '欠 拖 拖欠 不给 没给 不发 没发 没结 不结 赖着 压着',
  '跑 跑路 卷钱 失联 没影 联系不上 找不着人 找不见 人去楼空 搬空 打不通',
  '辞退 开除 撵 不要我 让我走 裁',
  '办 办理 申请 申办 补办 开通',
  '领 领取 到账 发放 打到',
  // When.
  '半夜 后半夜 黑夜 深夜 夜里 凌晨 晚上 黑来 夜间 大半夜 三更半夜 一黑夜 半夜三更 黑了',
  '怎么 咋 如何 怎样 咋样 怎么样 咋个',
  '什么时候 啥时候 甚会儿 多会儿 几时 啥时 甚时候',
]

const alike = new Map(
  lines
    .map((line) => line.split(' '))
    .flatMap((words) => words.map((word) => [word, [word, ...words.filter((one) => one !== word && one.length > 1)]])),
)

/** @returns words that may stand for this one, itself first */
export const wordsLike = (word: string): readonly string[] => alike.get(word) ?? [word]
